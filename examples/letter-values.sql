-- Letter values that a circular changed: `bareme sql --file examples/letter-values.sql`.
SELECT
    new.letter,
    old.value AS value_before,
    new.value AS value_after,
    new.value - old.value AS change,
    count(*) AS lines
FROM history AS before
JOIN history AS after ON after.code = before.code AND after.effective_from = before.effective_until
JOIN terms AS old ON old.circular = before.circular AND old.line = before.line
JOIN terms AS new ON new.circular = after.circular AND new.line = after.line AND new.position = old.position
WHERE before.setting = 'ambulatory'
GROUP BY ALL
ORDER BY new.letter, value_before, lines DESC;
