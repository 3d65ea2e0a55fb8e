# Word problems in Traditional Chinese: the same accounts, told in other sentences.
from random import Random

from training.arithmetic import small
from training.languages import CHINESE
from training.problem import Problem
from training.story import Forms, tell
from training.world import World, listed

HE, SHE = "他", "她"
PEOPLE = {
    "小明": HE, "美玲": SHE, "志豪": HE, "佳慧": SHE, "大雄": HE, "怡君": SHE, "建國": HE, "淑芬": SHE, "阿強": HE,
    "雅婷": SHE, "文傑": HE, "心怡": SHE,
}  # fmt: skip
GOODS = listed(
    "顆蘋果 本書 枚硬幣 支鉛筆 張卡片 個貝殼 張郵票 顆彈珠 顆雞蛋 個杯子 把鑰匙 個玩具 顆石頭 個盤子 個氣球 張車票"
)
"""Each with its measure word before it."""
COLOURS = listed("紅色 藍色 綠色 黑色 白色 黃色")
DAYS = listed("一 二 三 四 五 六 日")
FORMS = Forms(
    intro=("{n}有{x}{m}{o}。", "一開始{n}有{x}{m}{o}。", "早上{n}有{x}{m}{o}。", "{n}原本有{x}{m}{o}。"),
    change={
        "+": (
            "{s}又買了{a}{m}。", "{s}找到{a}{m}{o}。", "{q}給了{n}{a}{m}{o}。", "{s}又得到{a}{m}{o}。",
            "{s}撿到{a}{m}{o}。", "後來{s}又買了{a}{m}{o}。",
        ),
        "-": (
            "{s}給了{q}{a}{m}{o}。", "{s}弄丟了{a}{m}。", "{s}賣掉{a}{m}{o}。", "{q}拿走了{n}的{a}{m}{o}。",
            "{s}用掉{a}{m}{o}。", "後來{s}送出{a}{m}{o}。",
        ),
        "*": ("{s}的{o}變成兩倍。", "後來{o}變成兩倍。"),
        "/": ("{s}送出一半的{o}。", "{s}弄丟一半的{o}。"),
    },
    distractor=("{r}喜歡{c}的{p}。", "今天是星期{d}。", "{r}有{y}{k}{p}。"),
    question=("{n}現在有幾{m}{o}？", "{n}最後有幾{m}{o}？", "{n}還有幾{m}{o}？", "現在{n}有幾{m}{o}？"),
    part="{n}現在有幾{m}{o}？",
    joined="",
)  # fmt: skip


def chinese_story(rng: Random, world: World, steps: int) -> Problem:
    """A story of `steps` changes and up to two sentences that change nothing."""
    name, giver, other = rng.sample(list(PEOPLE), 3)
    goods, other_goods = rng.sample(GOODS, 2)
    slots = {
        "n": name, "q": giver, "r": other, "m": goods[0], "o": goods[1:], "k": other_goods[0], "p": other_goods[1:],
        "c": rng.choice(COLOURS), "d": rng.choice(DAYS), "y": rng.randint(2, 30),
    }  # fmt: skip
    return tell(rng, FORMS, slots, (PEOPLE[name], name), small(world), steps, "chinese", CHINESE)
