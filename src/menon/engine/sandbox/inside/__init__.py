"""The launcher: what runs in the child before, beside and after code that nobody trusts.

main ── reads the plan, answers with a report
  rooms.enter ── namespaces and mounts, where bubblewrap has not made them
  box.fill ── the files of this run
  supervise ── time, memory, disk, output; ends everything that is left
    confine ── in the fork: limits, user, capabilities, Landlock, system calls; then the program
  box.changed ── what the program wrote

Only the standard library's lightest modules are imported, since every run pays for them: no
`typing`, `signal`, `json` or `pathlib`, of which each costs 5 to 10 ms.
"""
