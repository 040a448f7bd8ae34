"""Credit reports put together from what is recorded, public and reported (信用报告)."""
