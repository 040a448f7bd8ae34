"""What each procedure's steps do to the database (步骤的效果)."""
