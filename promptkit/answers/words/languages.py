"""What reading a reply needs to know of each language: how it announces an answer, writes numbers, corrects itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Language:
    r"""One language.

    Attributes:
        code: its ISO 639-1 code.
        common: frequent words that no other language here has; prose is known by them.
        letters: those that show it where English has none of them.
        script: the range of letters by which it is known, where it has some of its own.
        decimal_comma: whether 1,5 is one and a half, and 1.500 is fifteen hundred.
        answers: nouns that announce an answer. Regular expressions, like all that follow.
        verbs: what stands between such a noun and the answer, beside a colon.
        follows: whether the answer follows the noun without a verb, which then ends the sentence.
        concludes: words that open a conclusion.
        corrects: words that take back what was written before.
        reasons: words that open a clause whose numbers are not the result.
        refuses: words by which a reply is known that gives no answer.
        closes: words by which a last sentence is known that adds nothing to the answer.
        options: nouns and articles that stand before an option's letter.
        numerals: number words in prose, from zero; `_` where one is none.
        tens: twenty, thirty … ninety, and `joined`: how one of them goes with a unit; `ones`: one as a unit.
        scales: words that multiply the number before them.
    """

    code: str
    common: str = ""
    letters: str = ""
    script: str = ""
    decimal_comma: bool = False
    answers: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    follows: bool = False
    concludes: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    options: str = ""
    numerals: str = ""
    tens: str = ""
    joined: str = ""
    ones: str = "_"
    scales: tuple[tuple[str, int], ...] = ()


THOUSAND, MILLION, BILLION = 10**3, 10**6, 10**9

LANGUAGES = (
    Language(
        code="de",
        letters="äöüß",
        common="der die das und ist nicht sind für mit von sie wir ein eine insgesamt beträgt kostet hat nach",
        decimal_comma=True,
        answers=("antwort", "endergebnis", "ergebnis", "lösung"),
        verbs=("ist", "lautet", "beträgt", "wäre"),
        reasons=(
            "weil",
            "denn",
            "da (?=die|der|das|es|er|sie|wir|man|ein|jed)",
            "obwohl",
            "während",
            "nachdem",
            "wenn",
            "statt",
            "anstatt",
            "im vergleich zu",
            "gegenüber",
            "sofern",
            "bei",
        ),
        concludes=("also", "daher", "somit", "folglich", "insgesamt", "damit"),
        corrects=("moment", "halt", "korrektur", "warte", "nein, doch", "ich habe mich geirrt", "das war falsch"),
        numerals="null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
        "sechzehn "
        "siebzehn achtzehn neunzehn zwanzig",
        scales=(
            ("dutzend", 12),
            ("tausend", THOUSAND),
            ("millionen?", MILLION),
            ("mio", MILLION),
            ("milliarden?", BILLION),
        ),
        refuses=(
            "lässt sich nicht (?:sagen|bestimmen|berechnen|ermitteln|beantworten)",
            "kann (?:man |ich )?(?:das )?nicht (?:sagen|bestimmen|bestimmt|berechnet|beantwort)",
            "(?:nicht|keine) (?:genug|genügend|ausreichend)",
            "weiß ich nicht",
            "ist (?:nicht bekannt|unbekannt)",
        ),
        closes=(
            "lass mich wissen",
            "sag bescheid",
            "gerne",
            "möchtest du",
            "möchten sie",
            "ich hoffe",
            "falls du",
            "wenn du",
            "melde dich",
        ),
        options="richtig korrekt die der antwort option antwortmöglichkeit möglichkeit lösung buchstabe aussage",
        tens="zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        ones="ein",
        joined="{unit}und{ten}",
    ),
    Language(
        code="fr",
        letters="éèêàçùôîâœ",
        common="il y a ont le la les des est une dans pour avec que elle nous donc au total coûte sont après du et",
        decimal_comma=True,
        answers=("réponse", "résultat"),
        verbs=("est", "serait", "vaut"),
        reasons=(
            "car",
            "car (?=l|il|elle|on|un|ce|chaque|nous|tou)",
            "parce qu\\w*",
            "puisqu\\w*",
            "étant donné",
            "alors qu\\w*",
            "bien qu\\w*",
            "au lieu de",
            "contre",
            "comparé à",
            "tandis qu\\w*",
        ),
        concludes=("donc", "ainsi", "par conséquent", "au total", "finalement"),
        corrects=("attendez", "attends", "en fait", "correction", "je me suis trompée?", "non, en réalité"),
        numerals="zéro _ deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
        "dix-sept "
        "dix-huit dix-neuf vingt",
        scales=(("douzaines?", 12), ("mille", THOUSAND), ("millions?", MILLION), ("milliards?", BILLION)),
        refuses=(
            "(?:ne peut pas|impossible de|ne peux pas) (?:le |la )?(?:dire|déterminer|calculer|répondre|savoir|être)",
            "pas (?:assez|suffisamment) d",
            "(?:est inconnue?|n'est pas (?:connue?|précisée?|donnée?))",
            "je ne sais pas",
        ),
        closes=(
            "n'hésite",
            "dis-moi",
            "dites-moi",
            "souhaitez-vous",
            "voulez-vous",
            "veux-tu",
            "j'espère",
            "si vous",
            "si tu",
        ),
        options="la le l option réponse lettre proposition choix",
        tens="vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix",
        ones="et-un",
        joined="{ten}-{unit}",
    ),
    Language(
        code="es",
        letters="ñ¿¡óíáú",
        common="el los las es una para con que ella por lo tanto en total cuesta son después y del",
        decimal_comma=True,
        answers=("respuesta", "resultado", "solución"),
        verbs=("es", "sería", "será"),
        reasons=(
            "ya que",
            "porque",
            "pues",
            "puesto que",
            "dado que",
            "aunque",
            "mientras que",
            "en vez de",
            "en lugar de",
            "frente a",
            "como",
        ),
        concludes=("por lo tanto", "entonces", "así que", "por tanto", "en total", "en conclusión"),
        corrects=("espera", "en realidad", "corrección", "me equivoqué", "perdón"),
        numerals="cero _ dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte",
        scales=(("docenas?", 12), ("mil", THOUSAND), ("millón", MILLION), ("millones", MILLION)),
        refuses=(
            "no se puede (?:decir|determinar|calcular|saber|responder)",
            "no es posible (?:decir|determinar|calcular|saber)",
            "no hay (?:suficiente|bastante)",
            "(?:es desconocid|se desconoce)",
            "no lo sé",
        ),
        closes=(
            "avísame",
            "dime si",
            "¿quieres",
            "¿quiere",
            "¿te gustaría",
            "espero que",
            "si necesitas",
            "si quieres",
        ),
        options="la el opción letra alternativa respuesta",
        tens="veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        ones="uno",
        joined="{ten} y {unit}",
    ),
    Language(
        code="it",
        letters="àèìòù",
        common="il gli le è una per con che lei quindi in totale costa sono dopo di del della",
        decimal_comma=True,
        answers=("risposta", "risultato", "soluzione"),
        verbs=("è", "sarebbe", "sarà"),
        reasons=(
            "perché",
            "poiché",
            "dato che",
            "siccome",
            "anche se",
            "mentre",
            "invece di",
            "rispetto a",
            "visto che",
        ),
        concludes=("quindi", "dunque", "pertanto", "in totale", "perciò"),
        corrects=("aspetta", "anzi", "in realtà", "correzione", "mi sono sbagliato", "ho sbagliato"),
        numerals="zero _ due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
        "quindici sedici "
        "diciassette diciotto diciannove venti",
        scales=(
            ("dozzin[ae]", 12),
            ("mila", THOUSAND),
            ("milione", MILLION),
            ("milioni", MILLION),
            ("miliardi", BILLION),
        ),
        refuses=(
            "non (?:si può|è possibile) (?:dire|determinare|calcolare|sapere|stabilire)",
            "non ci sono abbastanza",
            "è sconosciut",
            "non lo so",
        ),
        closes=("fammi sapere", "vuoi che", "spero", "se hai", "se vuoi", "posso"),
        options="la il l opzione lettera risposta alternativa",
        tens="venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        ones="uno",
        joined="{ten}{unit}",
    ),
    Language(
        code="pt",
        letters="ãõçáéêóí",
        common="os as é uma para com que ela portanto no total custa são depois do da em um",
        decimal_comma=True,
        answers=("resposta", "resultado", "solução"),
        verbs=("é", "seria", "será"),
        reasons=(
            "porque",
            "pois",
            "já que",
            "visto que",
            "uma vez que",
            "embora",
            "enquanto",
            "em vez de",
            "comparado com",
        ),
        concludes=("portanto", "então", "logo", "assim", "no total"),
        corrects=("espere", "espera", "na verdade", "correção", "errei", "me enganei"),
        numerals="zero _ dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze "
        "dezesseis dezessete "
        "dezoito dezenove vinte",
        scales=(("dúzias?", 12), ("mil", THOUSAND), ("milhão", MILLION), ("milhões", MILLION)),
        refuses=(
            "não (?:é possível|se pode|dá para) (?:dizer|determinar|calcular|saber)",
            "não há (?:informaç|dados) ",
            "é desconhecid",
            "não sei",
        ),
        closes=("me avise", "avise", "quer que", "espero", "se precisar", "se quiser", "posso"),
        options="a o alternativa opção letra resposta",
        tens="vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        ones="um",
        joined="{ten} e {unit}",
    ),
    Language(
        code="nl",
        letters="ëï",
        common="de het een van en zijn niet voor met dat zij wij totaal kost heeft dus na ook",
        decimal_comma=True,
        answers=("antwoord", "eindantwoord", "resultaat", "oplossing"),
        verbs=("is", "luidt", "bedraagt"),
        reasons=("omdat", "aangezien", "hoewel", "terwijl", "in plaats van", "vergeleken met"),
        concludes=("dus", "daarom", "in totaal", "kortom"),
        corrects=("wacht", "correctie", "eigenlijk", "ik heb me vergist"),
        numerals="nul _ twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
        "zestien zeventien "
        "achttien negentien twintig",
        scales=(("dozijn", 12), ("duizend", THOUSAND), ("miljoen", MILLION), ("miljard", BILLION)),
        refuses=(
            "(?:is|valt) niet te (?:zeggen|bepalen|berekenen)",
            "niet genoeg informatie",
            "is onbekend",
            "weet ik niet",
        ),
        closes=("laat het me weten", "laat me weten", "wil je", "wilt u", "ik hoop", "als je"),
        options="de het optie antwoord keuze letter",
        tens="twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        ones="een",
        joined="{unit}en{ten}",
    ),
    Language(
        code="pl",
        letters="ąćęłńśźż",
        common="jest nie się na do że są dla oraz wynosi razem kosztuje ma więc po zł ile",
        decimal_comma=True,
        answers=("odpowiedź", "odpowiedzią", "odpowiedzi", "wynik", "rozwiązanie"),
        verbs=("to", "jest", "brzmi", "wynosi"),
        reasons=("ponieważ", "bo", "gdyż", "skoro", "chociaż", "podczas gdy", "zamiast", "natomiast"),
        concludes=("więc", "zatem", "dlatego", "razem", "łącznie"),
        corrects=("chwila", "czekaj", "poprawka", "właściwie", "pomyliłem się", "pomyliłam się"),
        numerals="zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście",
        scales=(
            ("tuzin\\w*", 12),
            ("tysiąc", THOUSAND),
            ("tysiące", THOUSAND),
            ("tysięcy", THOUSAND),
            ("milion\\w*", MILLION),
        ),
        refuses=(
            "nie (?:można|da się) (?:określić|stwierdzić|obliczyć|powiedzieć)",
            "za mało (?:danych|informacji)",
            "nie wiadomo",
        ),
        closes=("daj znać", "czy chcesz", "mam nadzieję", "jeśli chcesz", "jeśli masz", "chętnie"),
        options="odpowiedź opcja litera wariant",
        tens="dwadzieścia trzydzieści czterdzieści pięćdziesiąt",
        ones="jeden",
        joined="{ten} {unit}",
    ),
    Language(
        code="tr",
        letters="ğışçöü",
        common="ve bir bu için ile olarak toplam eder kaç olur göre tane lira sonra vardır değil",
        decimal_comma=True,
        answers=("cevap", "yanıt", "sonuç", "cevabı"),
        verbs=("şudur",),
        follows=True,
        reasons=("çünkü", "zira"),
        concludes=("yani", "bu nedenle", "sonuç olarak", "toplam", "toplamda", "dolayısıyla"),
        corrects=("bekle", "aslında", "düzeltme", "yanıldım"),
        numerals="sıfır _ iki üç dört beş altı yedi sekiz dokuz on",
        scales=(("düzine", 12), ("bin", THOUSAND), ("milyon", MILLION), ("milyar", BILLION)),
        refuses=(
            "(?:söylenemez|belirlenemez|hesaplanamaz|bilinmiyor|bilinemez)",
            "yeterli bilgi (?:yok|verilmemiş)",
        ),
        closes=(
            "isterseniz",
            "ister misin",
            "ister misiniz",
            "umarım",
            "yardımcı olabilirim",
            "bana bildir",
            "sorunuz",
        ),
        options="seçenek şık cevap şıkkı seçeneği",
        tens="yirmi otuz kırk elli altmış yetmiş seksen doksan",
        ones="bir",
        joined="{ten} {unit}",
    ),
    Language(
        code="ru",
        script="а-яё",
        decimal_comma=True,
        answers=("ответ", "ответом", "результат", "итог"),
        verbs=("это", "является", "равен", "будет", "составляет", "-", "—"),
        follows=True,
        reasons=("потому что", "так как", "поскольку", "хотя", "вместо", "если", "ведь", "а"),
        concludes=("итак", "значит", "следовательно", "поэтому", "таким образом", "всего", "итого"),
        corrects=(
            "подождите",
            "подожди",
            "стоп",
            "на самом деле",
            "исправление",
            "я ошибся",
            "я ошиблась",
            "нет, постойте",
        ),
        refuses=(
            "(?:невозможно|нельзя) (?:сказать|определить|вычислить|узнать)",
            "недостаточно (?:данных|информации)",
            "неизвестн",
        ),
        closes=("дайте знать", "дай знать", "хотите", "хочешь", "надеюсь", "если нужно", "если хотите", "обращайтесь"),
        options="правильный верный вариант ответ буква пункт под номером",
        tens="двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
        ones="один",
        joined="{ten} {unit}",
        numerals="ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
        "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
        scales=(
            ("дюжин\\w?", 12),
            *(("тысяч\\w?", THOUSAND), ("тыс", THOUSAND)),
            *(("миллион\\w*", MILLION), ("млн", MILLION), ("миллиард\\w*", BILLION), ("млрд", BILLION)),
        ),
    ),
    Language(
        code="vi",
        letters="ăâđêôơưạảấầậếềệốồộớờợứừựặắằẹẻễịọỏụủỳý",
        common="là của và không có cho các một được với tổng cộng vậy bao nhiêu đáp án còn lại",
        decimal_comma=True,
        answers=("đáp án", "câu trả lời", "kết quả", "đáp số", "trả lời"),
        verbs=("là", "chính là", "đúng là"),
        reasons=("vì", "bởi vì", "mặc dù", "thay vì", "trong khi"),
        concludes=("vậy", "do đó", "vì vậy", "tổng cộng", "như vậy"),
        corrects=("khoan", "thực ra", "chờ đã", "tôi đã nhầm", "sửa lại"),
        numerals="không một hai ba bốn năm sáu bảy tám chín mười",
        scales=(("nghìn", THOUSAND), ("ngàn", THOUSAND), ("triệu", MILLION), ("tỷ", BILLION)),
        refuses=(
            "không thể (?:xác định|biết|tính|trả lời)",
            "không đủ (?:thông tin|dữ liệu)",
        ),
        closes=("hãy cho tôi biết", "bạn có muốn", "hy vọng", "nếu bạn", "cho mình biết"),
        options="đáp án phương án câu lựa chọn ý",
    ),
    Language(
        code="sw",
        common="ni na ya wa kwa jibu jumla yake hivyo baada",
        answers=("jibu",),
        verbs=("ni",),
        concludes=("hivyo", "kwa hiyo", "jumla"),
    ),
    Language(
        code="hi",
        script="\u0900-\u097f",
        answers=("उत्तर", "जवाब", "परिणाम"),
        verbs=(),
        follows=True,
        reasons=("जबकि", "क्योंकि", "यदि", "अगर"),
        concludes=("इसलिए", "अतः", "तो", "कुल"),
        corrects=("रुकिए", "रुको", "दरअसल", "असल में", "सुधार"),
        numerals="शून्य एक दो तीन चार पाँच छह सात आठ नौ दस",
        scales=(("हज़ार", THOUSAND), ("हजार", THOUSAND), ("लाख", 10**5), ("करोड़", 10**7)),
        refuses=(
            "(?:नहीं बताया|पता नहीं|ज्ञात नहीं|निर्धारित नहीं)",
            "पर्याप्त जानकारी नहीं",
        ),
        closes=("बताइए", "बताएं", "क्या आप", "आशा है", "अगर आप", "यदि आप"),
        options="विकल्प उत्तर",
    ),
    Language(
        code="ar",
        script="\u0600-\u06ff",
        answers=("الإجابة", "الاجابة", "الجواب", "النتيجة", "الناتج", "جواب", "إجابة"),
        verbs=("هي", "هو", "تساوي", "يساوي"),
        follows=True,
        concludes=("إذن", "لذلك", "وبالتالي", "المجموع", "إذًا"),
        corrects=("انتظر", "في الواقع", "تصحيح", "أخطأت", "لحظة"),
        numerals="صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
        scales=(("ألف", THOUSAND), ("آلاف", THOUSAND), ("مليون", MILLION), ("مليار", BILLION)),
        refuses=(
            "لا يمكن (?:تحديد|معرفة|حساب)",
            "غير (?:معروف|كاف)",
            "لا أعرف",
        ),
        closes=("أخبرني", "هل تريد", "آمل", "إذا كنت", "هل ترغب"),
        options="الخيار الإجابة الجواب رقم حرف",
    ),
    Language(
        code="th",
        script="\u0e00-\u0e7f",
        answers=("คำตอบ", "ผลลัพธ์", "ตอบ"),
        verbs=("คือ", "เท่ากับ", "เป็น"),
        follows=True,
        concludes=("ดังนั้น", "เพราะฉะนั้น", "รวม", "สรุป"),
        corrects=("เดี๋ยวก่อน", "ที่จริง", "แก้ไข", "ขอแก้"),
        numerals="ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ",
        scales=(("พัน", THOUSAND), ("หมื่น", 10**4), ("แสน", 10**5), ("ล้าน", MILLION)),
        refuses=(
            "ไม่สามารถ",
            "ข้อมูลไม่(?:เพียงพอ|พอ)",
            "ไม่ทราบ",
        ),
        closes=("แจ้ง", "ต้องการให้", "หวังว่า", "หากคุณ", "ถ้าคุณ"),
        options="ข้อ ตัวเลือก",
    ),
    Language(
        code="ja",
        script="\u3040-\u30ff",
        answers=("答え", "答", "正解", "解答", "回答", "結果"),
        verbs=("は", "が"),
        follows=True,
        concludes=("したがって", "よって", "つまり", "ゆえに", "だから", "合計で"),
        corrects=("待って", "いや、", "実は", "訂正", "間違えました", "すみません"),
        refuses=(
            "(?:わかりません|分かりません|できません|不明です|判断できな)",
            "情報が(?:足り|不足)",
        ),
        closes=("お知らせ", "ください", "でしょうか", "お役に立て", "必要でしたら", "必要なら"),
        options="選択肢 選択 番号",
    ),
    Language(
        code="ko",
        script="\uac00-\ud7af",
        answers=("정답", "답", "결과"),
        verbs=("은", "는", "이", "은요"),
        follows=True,
        concludes=("따라서", "그러므로", "그래서", "즉", "총"),
        corrects=("잠깐", "사실", "정정", "아니,", "실수"),
        numerals="영 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열",
        scales=(("천", THOUSAND), ("만", 10**4), ("억", 10**8)),
        refuses=(
            "(?:알 수 없|판단할 수 없|확인할 수 없|불명)",
            "정보가 부족",
        ),
        closes=("알려 주세요", "알려주세요", "말씀해", "필요하시면", "도움이 되", "원하시면"),
        options="보기 선택지 번호",
    ),
    Language(
        code="zh",
        script="\u4e00-\u9fff",
        answers=("答案", "正解", "解答", "结果", "結果", "答", "正确的", "正確的"),
        verbs=("應該是", "应该是", "就是", "是", "應為", "应为", "為", "为", "選", "选", "等於", "等于"),
        follows=True,
        concludes=("所以", "因此", "故", "综上", "綜上", "總共", "总共", "一共", "於是", "于是", "總之", "总之"),
        corrects=("等等", "等一下", "不對", "不对", "更正", "其實", "其实", "我算錯了", "我算错了", "抱歉"),
        scales=(("千", THOUSAND), ("萬", 10**4), ("万", 10**4), ("億", 10**8), ("亿", 10**8)),
        refuses=(
            "(?:無法|无法|不能)(?:確定|确定|判断|判斷|計算|计算|得知|知道|回答)",
            "(?:信息|資訊|資料|条件|條件)不足",
            "不(?:得而知|知道)",
            "未知",
        ),
        closes=(
            "告诉我",
            "告訴我",
            "希望",
            "如果你",
            "如果您",
            "如需",
            "需要我",
            "需要的话",
            "请随时",
            "請隨時",
            "还有",
            "還有其他",
        ),
        options="选项 選項 选择 選擇 答案",
    ),
)

ENGLISH_COMMON = frozenset(
    "the of and is are was were to in that it for with she he they has have answer so".split()  # noqa: SIM905
)
COMMON: dict[str, list[str]] = {}
for _language in LANGUAGES:
    for _word in _language.common.split():
        COMMON.setdefault(_word, []).append(_language.code)
COMMA_LANGUAGES = frozenset(language.code for language in LANGUAGES if language.decimal_comma)
