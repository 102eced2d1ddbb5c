"""The multidisciplinary perinatal care pathway for vulnerable women: circular 2024/401."""
