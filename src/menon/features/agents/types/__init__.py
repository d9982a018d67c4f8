"""Types that declare what goes into an agent, what comes out and what happens between."""
