"""Names of countries and states: what may follow a name after a comma without making it a list."""

from __future__ import annotations

_COUNTRIES = """
afghanistan, albania, algeria, andorra, angola, argentina, armenia, australia, austria, azerbaijan, bahamas,
bahrain, bangladesh, barbados, belarus, belgium, belize, benin, bhutan, bolivia, bosnia and herzegovina,
botswana, brazil, brunei, bulgaria, burkina faso, burundi, cambodia, cameroon, canada, cape verde, chad, chile,
china, colombia, congo, costa rica, croatia, cuba, cyprus, czech republic, czechia, denmark, djibouti, dominican
republic, ecuador, egypt, el salvador, england, eritrea, estonia, ethiopia, fiji, finland, france, gabon,
gambia, georgia, germany, ghana, great britain, greece, guatemala, guinea, guyana, haiti, honduras, hong kong,
hungary, iceland, india, indonesia, iran, iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan,
kazakhstan, kenya, kosovo, kuwait, kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, libya, liechtenstein,
lithuania, luxembourg, madagascar, malawi, malaysia, maldives, mali, malta, mauritania, mauritius, mexico,
moldova, monaco, mongolia, montenegro, morocco, mozambique, myanmar, namibia, nepal, netherlands, new zealand,
nicaragua, niger, nigeria, north korea, north macedonia, northern ireland, norway, oman, pakistan, palestine,
panama, papua new guinea, paraguay, peru, philippines, poland, portugal, qatar, romania, russia, rwanda, saudi
arabia, scotland, senegal, serbia, sierra leone, singapore, slovakia, slovenia, somalia, south africa, south
korea, south sudan, spain, sri lanka, sudan, suriname, sweden, switzerland, syria, taiwan, tajikistan, tanzania,
thailand, the netherlands, the philippines, the united kingdom, the united states, the united states of america,
togo, trinidad and tobago, tunisia, turkey, turkmenistan, uganda, uk, u.k, ukraine, united arab emirates, united
kingdom, united states, united states of america, uruguay, us, usa, u.s, u.s.a, uzbekistan, venezuela, vietnam,
wales, yemen, zambia, zimbabwe
"""
_STATES = """
alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia, hawaii,
idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan,
minnesota, mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york,
north carolina, north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina, south dakota,
tennessee, texas, utah, vermont, virginia, washington, west virginia, wisconsin, wyoming, d.c, dc, ontario,
quebec, british columbia, alberta, manitoba, nova scotia, new south wales, victoria, queensland, bavaria,
catalonia, andalusia, tuscany, lombardy, sicily, al, ak, az, ar, ca, co, ct, fl, ga, hi, id, il, in, ia, ks, ky,
la, me, md, ma, mi, mn, ms, mo, mt, ne, nv, nh, nj, nm, ny, nc, nd, oh, ok, or, pa, ri, sc, sd, tn, tx, ut, vt,
va, wa, wv, wi, wy
"""

PLACES = frozenset(name.strip() for names in (_COUNTRIES, _STATES) for name in names.replace("\n", " ").split(","))
