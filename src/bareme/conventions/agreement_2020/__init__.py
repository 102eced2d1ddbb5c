"""The national agreement of doctors and sickness funds of 2020, point 14: when its tariffs bind a doctor."""
