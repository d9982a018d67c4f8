"""Small tools that know no framework."""
