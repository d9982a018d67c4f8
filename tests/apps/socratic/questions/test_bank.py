from menon.apps.socratic.questions.bank import templates
from menon.apps.socratic.questions.lint import LEAST, problems
from menon.apps.socratic.questions.roles import Role, nearest, role
from menon.apps.socratic.questions.slots import catalogue


def test_the_bank_is_sound():
    assert problems(templates()) == []
    assert len(catalogue()) >= 60
    for one in Role:
        assert sum(each.role is one for each in templates().values()) >= LEAST


def test_the_linter_sees_what_is_broken():
    whole = dict(templates())
    budget = whole["project_manager.budget"]
    dead = budget.model_copy(update={"follow_ups": ("nobody.knows",)})
    assert any("dead follow-up" in one for one in problems(whole | {budget.id: dead}))
    style = whole["technical_lead.style"]
    odd = style.model_copy(update={"options": ("layered", "spaghetti")})
    assert any("'spaghetti' does not parse" in one for one in problems(whole | {style.id: odd}))
    poor = {key: one for key, one in whole.items() if "plan.team" not in one.slots}
    assert any("plan.team: no question reaches it" in one for one in problems(poor))


def test_roles_have_aliases_and_stand_ins():
    assert role("UX Designer") is Role.DESIGNER
    assert role("tester") is Role.QA_TESTER
    assert role("devops-engineer") is Role.DEVOPS
    assert nearest(Role.DEVOPS, [Role.PROJECT_MANAGER, Role.DEVELOPER]) is Role.DEVELOPER
