"""Which language a text is in, by its function words: enough to know what not to judge."""

from collections import Counter
from collections.abc import Sequence

from menon.engine.analysis.vocabulary import vocabulary

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": vocabulary(
        "a about above after again against all also am an and any are as at be because been "
        "before being below between both but by can cannot could did do does doing down "
        "during each few for from further had has have having he her here hers him his how i "
        "if in into is it its itself just let me more most my no nor not now of off on once "
        "only or other our ours out over own said same says she should so some such than that "
        "the their theirs them then there these they this those through to too under until up "
        "upon us very was we were what when where which while who whom whose why will with "
        "within without would you your yours t s d ll m re ve don didn doesn isn aren wasn "
        "weren won wouldn couldn shouldn hasn haven hadn"
    ),
    "de": vocabulary(
        "aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dem "
        "den der des die dies diese dieser dieses doch dort du durch ein eine einem einen "
        "einer eines er es fur gegen hab habe haben hat hatte hier ich ihr ihre im in ist ja "
        "jede kann kein keine man mehr mein mich mir mit nach nicht nichts noch nun nur ob "
        "oder ohne sehr sein seine sich sie sind so uber um und uns unser unter vom von vor "
        "war waren was weil wenn wer wie wieder wir wird wo zu zum zur zwischen"
    ),
    "fr": vocabulary(
        "a ai alors au aussi autre aux avec avoir c car ce cela ces cet cette comme d dans de "
        "des donc du elle elles en entre est et ete etre eu fait il ils j je l la le les leur "
        "leurs lui m ma mais me meme mes moi mon n ne nous on ont ou par pas plus pour qu que "
        "qui s sa sans se ses si son sont sous sur t ta te tes toi ton tous tout tres tu un "
        "une vos votre vous y"
    ),
    "es": vocabulary(
        "a al algo como con contra cual cuando de del desde donde durante e el ella ellas "
        "ellos en entre era es esa ese eso esta este esto estan fue ha han hasta hay la las "
        "le les lo los mas me mi muy ni no nos nosotros o otra otro para pero por porque que "
        "quien se ser si sin sobre son su sus tambien tan te tiene todo todos tu un una uno y "
        "ya yo"
    ),
    "it": vocabulary(
        "a ad al alla alle anche ancora che chi ci come con cosi cui da dal dalla de degli "
        "dei del della delle dello di dove e ed era essere gli ha hanno ho i il in io la le "
        "lei li lo loro lui ma mi mio molto ne nel nella noi non nostro o ogni per perche piu "
        "quale quando quello questa questo se si sia sono su sua sul suo tra tu tutti tutto "
        "un una uno vi voi"
    ),
    "pt": vocabulary(
        "a ao aos as ate com como da das de dela dele do dos e ela ele eles em entre era essa "
        "esse esta este eu foi ha isso isto ja la lhe mais mas me mesmo meu minha muito na "
        "nao nas nem no nos nossa nosso o os ou para pela pelo por porque qual quando que "
        "quem se sem ser seu sua sao so tambem te tem um uma voce vos"
    ),
    "nl": vocabulary(
        "aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen "
        "door dus een eens en er ge geen haar had heb hebben heeft hem het hier hij hoe hun "
        "iets ik in is ja je kan kon maar me meer men met mij mijn na naar niet niets nog nu "
        "of om omdat ons ook op over reeds te tegen toch toen tot u uit van veel voor want "
        "waren was wat we wel werd wie wij wil worden zal ze zich zij zijn zo zonder zou"
    ),
}
"""Folded (lower case, without accents): the words that every text of a language is full of."""

EVERYDAY = vocabulary(
    "able actually add ago almost already always another anything around ask asked away "
    "back bad become began best better big bit bring call called came case certain change "
    "come day days done early end enough even ever every everything example fact far feel "
    "felt find first five four full gave general get getting give given go goes going "
    "gone good got great group hand hard head help high hour hours important including "
    "instead keep kind knew know known large last later least leave left let life like "
    "line little live long look lot made main make makes making many matter may maybe "
    "mean means might minute minutes moment money month months much must name need never "
    "new next nice nothing number often old one open order part people perhaps person "
    "place point possible problem put question quite rather reason really right run said "
    "saw say saying second see seem seen several show since small something sometimes "
    "soon start started state still stop sure take taken tell ten thing things think "
    "third though thought three time times today together told took toward try turn two "
    "use used using usually want wanted way ways week weeks well went whole wish word "
    "words work world year years yes yesterday yet tomorrow"
)
"""English; they say little about what a text is about, and often begin a sentence."""

UNKNOWN = "und"
"""ISO 639-2 for a language that could not be determined."""

_FEWEST = 3
"""Words below which nothing is said."""
_LEAST = 0.2
"""The share of function words that a text of a language has; prose has 0.4 to 0.6."""


def language(words: Sequence[str]) -> str:
    """The language of folded words as a code of ISO 639-1; `und` where it cannot be told.

    Two languages may share words, so that the one wins whose function words are more of the text.
    """
    if len(words) < _FEWEST:
        return UNKNOWN
    counts = Counter(words)
    shares = {
        code: sum(counts[word] for word in known) / len(words)
        for code, known in FUNCTION_WORDS.items()
    }
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= _LEAST else UNKNOWN
