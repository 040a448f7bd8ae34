"""Cases at the desk: the list by legal deadline, one case as a task list, a form and a check page for each step (名单案卷)."""
