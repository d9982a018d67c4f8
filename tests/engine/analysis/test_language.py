import pytest

from menon.engine.analysis.text import Text


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("The cat sat on the mat and it was warm.", "en"),
        ("Die Katze sitzt auf der Matte und es ist warm.", "de"),
        ("Le chat est sur le tapis et il fait chaud.", "fr"),
        ("El gato está en la alfombra y hace calor.", "es"),
        ("Il gatto è sul tappeto e fa caldo nella casa.", "it"),
        ("O gato está no tapete e a casa não é fria.", "pt"),
        ("De kat zit op de mat en het is warm in huis.", "nl"),
        ("Кошка сидит на ковре.", "und"),
        ("PostgreSQL SQLite Redis Kafka", "und"),
        ("Hi", "und"),
        ("", "und"),
    ],
)
def test_a_language_is_known_by_its_function_words(said: str, language: str):
    assert Text(said).language == language
