"""The measuring side in the sandbox: shown read-only, run by the prepared environment.

main ── takes the ticket, runs one part, leaves the report under a name that nobody can guess
  tests ── a child runs pytest and says each result; the parent compares with what the files promise
  static ── ruff, complexity and bandit; nothing of the project is imported
  contract ── a child serves the application over a pipe; the parent reads the document and asks
  mutants ── a child for each mutant runs the tests that reach it

A parent never imports the project, so that nothing of it can reach what is reported. What a child
says is a claim: the canary, the promised tests and the status have to agree with it.
"""
