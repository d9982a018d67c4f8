"""English words that carry a feeling, and how much of it: our own judgement, -3 to 3."""

from menon.engine.analysis.vocabulary import vocabulary

_WEIGHED = {
    3.0: "adore adored awesome brilliant breathtaking delightful ecstatic exceptional excellent"
    " exquisite extraordinary fabulous fantastic flawless glorious incredible love loved loves"
    " magnificent marvelous marvellous masterpiece outstanding perfect perfectly phenomenal"
    " spectacular splendid stellar stunning sublime superb terrific thrilled unforgettable"
    " wonderful wonderfully",
    2.0: "admire admired amazing amazingly beautiful beautifully best celebrate charming cheerful"
    " delicious delight delighted eager effortless elegant engaging enjoy enjoyable enjoyed enjoys"
    " excited exciting friendly fun generous glad grateful gratitude great greatly happily"
    " happiness happy heartwarming hilarious impressed impressive improve improved inspiring joy"
    " joyful kind kindness loving lovely loyal pleasant pleased pleasure proud recommend"
    " recommended rewarding satisfied satisfying smart smooth smoothly success successful"
    " successfully superior sweet thank thankful thanks triumph trust trusted upbeat valuable"
    " vibrant victory win winner winning wins won",
    1.0: "accurate advantage affordable agree appreciate appreciated attractive benefit benefits"
    " better bright calm capable clean clear comfortable confident convenient correct decent"
    " dependable durable easily easy effective efficient encouraging fair fast favorite favourite"
    " fine flexible fresh gain gains good handy healthy help helped helpful honest hope hopeful"
    " intuitive like liked likes neat nice nicely okay optimistic patient peaceful polite popular"
    " positive powerful productive progress prompt promptly quick quickly quiet reliable relief"
    " relieved respect respectful responsive robust safe safely secure simple solid stable strong"
    " support supportive surprised tasty thoughtful tidy useful warm welcome welcoming well works",
    -1.0: "awkward bland boring bug bugs busy cautious cheap clumsy complain complained complaint"
    " complicated concern concerned concerns confused confusing costly crowded cumbersome damage"
    " damaged delay delayed delays difficult difficulty dirty doubt doubtful dull error errors"
    " expensive fear flaw flawed flaws frustration glitch hard hesitant inaccurate"
    " inconsistent inconvenient incorrect issue issues lack lacked lacking lacks late limited"
    " loss losses lost mediocre mess messy miss missed missing mistake mistakes negative nervous"
    " noisy odd outdated overpriced pain poorly problem problems questionable regret risk risky"
    " rough slow slowly sorry stale strange stressful struggle struggled stuck suspicious tedious"
    " tired tough trouble unclear uncomfortable unfair unhelpful unreliable unstable unsure upset"
    " vague waiting weak weird worried worries worry wrong",
    -2.0: "abuse abusive afraid aggressive alarming angry annoyed annoying anxious arrogant ashamed"
    " attack awkwardly bad badly bitter blame break breaks broke broken careless collapse crash"
    " crashed crashes crisis cruel cry damaging danger dangerous dead deceptive defect defective"
    " depressed depressing deny desperate disappoint disappointed disappointing disappointment"
    " disaster dislike disliked dismal distress embarrassed embarrassing fail failed failing fails"
    " failure fake fault faulty fraud frustrated frustrating garbage gloomy greedy grief guilty"
    " harm harmful hostile hurt hurts ignorant ignored illegal impossible inadequate incompetent"
    " inferior insult insulting irritated irritating lied lies lonely misery misleading nasty"
    " neglect offended offensive painful poor pathetic regretted reject rejected rubbish rude ruin"
    " ruined sad sadly sadness scam scared shame sick spam steal stolen stupid suffer suffered"
    " suffering terrified threat tragic ugly unacceptable unhappy unpleasant unsafe useless"
    " violent waste wasted worse worthless",
    -3.0: "abhorrent abysmal appalling atrocious awful awfully catastrophe catastrophic despicable"
    " despise despised devastated devastating dire disgrace disgraceful disgusted disgusting"
    " dreadful furious ghastly hate hated hateful hates hating heartbreaking hideous hopeless"
    " horrendous horrible horribly horrific horrified inexcusable infuriating loathe loathed"
    " loathsome miserable nightmare outrage outraged outrageous repulsive revolting terrible"
    " terribly torture unbearable unforgivable unusable vile wicked worst",
}

WEIGHTS: dict[str, float] = {
    word: weight for weight, words in _WEIGHED.items() for word in vocabulary(words)
}
"""Folded words; inflected forms stand for themselves."""

NEGATIONS = vocabulary(
    "not no never neither nor none nobody nothing nowhere without cannot hardly scarcely "
    "barely isn aren wasn weren don doesn didn won wouldn couldn shouldn hasn haven hadn "
    "ain dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt shouldnt cant"
)
"""They turn what follows them; `isn't` is read as `isn` and `t`."""

DEGREES: dict[str, float] = {
    **dict.fromkeys(
        vocabulary(
            "absolutely amazingly completely deeply enormously entirely especially exceptionally "
            "extremely fully highly hugely incredibly insanely particularly profoundly remarkably "
            "so super thoroughly totally truly unbelievably utterly very"
        ),
        1.5,
    ),
    **dict.fromkeys(vocabulary("more most much pretty quite rather really too"), 1.25),
    **dict.fromkeys(
        vocabulary(
            "almost barely fairly kind kinda less little marginally mildly moderately partly "
            "relatively slightly somewhat sort sorta"
        ),
        0.6,
    ),
}
"""By how much a word makes the next one stronger or weaker."""

CONTRASTS = vocabulary("but however nevertheless nonetheless yet")
"""What follows them is what the writer means."""
