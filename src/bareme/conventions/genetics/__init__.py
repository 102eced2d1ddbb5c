"""Genetic counselling, article 25 § 5: circulars 2024/382 and 2025/336."""
