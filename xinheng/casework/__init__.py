"""Cases: procedures carried out step by step, their papers, deadlines and parties (案卷)."""
