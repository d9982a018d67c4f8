"""The gates: each reads what was reported from the sandbox, and says what it means.

All are pure. A report is made by code that runs beside strangers, so that its shape is checked
before it is believed; what could not run has failed.
"""
