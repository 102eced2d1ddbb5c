SELECT
  "t10"."input_line",
  "t10"."carried",
  "t3"."certainty",
  "t3"."fee",
  "t3"."intervention",
  "t3"."patient_share",
  "t3"."basis",
  "t3"."intervention_kind",
  "t3"."not_published",
  "t3"."reason",
  "t3"."circular",
  "t3"."line_id",
  "t3"."entry",
  "t3"."line",
  "t3"."amount",
  "t3"."tariff_from",
  "t3"."tariff_to",
  CASE
    WHEN "t3"."outcome" IS NOT NULL
    THEN "t3"."outcome"
    WHEN "t10"."act_invalid" <> ''
    THEN 'invalid_input'
    WHEN NOT (
      COALESCE(REGEXP_MATCHES("t10"."act_code", '^[0-9]{6}$'), FALSE)
      AND (
        (
          CAST(SUBSTRING(
            CASE
              WHEN COALESCE(REGEXP_MATCHES("t10"."act_code", '^[0-9]{6}$'), FALSE)
              THEN "t10"."act_code"
              ELSE '000000'
            END,
            CASE
              WHEN (
                0 + 1
              ) >= 1
              THEN 0 + 1
              ELSE 0 + 1 + LENGTH(
                CASE
                  WHEN COALESCE(REGEXP_MATCHES("t10"."act_code", '^[0-9]{6}$'), FALSE)
                  THEN "t10"."act_code"
                  ELSE '000000'
                END
              )
            END,
            5
          ) AS BIGINT) % 7
        ) = CAST(SUBSTRING(
          CASE
            WHEN COALESCE(REGEXP_MATCHES("t10"."act_code", '^[0-9]{6}$'), FALSE)
            THEN "t10"."act_code"
            ELSE '000000'
          END,
          CASE
            WHEN (
              5 + 1
            ) >= 1
            THEN 5 + 1
            ELSE 5 + 1 + LENGTH(
              CASE
                WHEN COALESCE(REGEXP_MATCHES("t10"."act_code", '^[0-9]{6}$'), FALSE)
                THEN "t10"."act_code"
                ELSE '000000'
              END
            )
          END,
          1
        ) AS BIGINT)
      )
    )
    THEN 'invalid_code'
    ELSE 'unknown_code'
  END AS "outcome",
  COALESCE("t3"."needs", '') AS "needs",
  "t10"."act_invalid" AS "invalid",
  "t3"."fee" * "t10"."act_units" AS "total_fee",
  CASE
    WHEN COALESCE("t3"."intervention_kind" = 'theoretical', FALSE)
    THEN CAST(NULL AS BIGINT)
    ELSE "t3"."intervention" * "t10"."act_units"
  END AS "total_intervention",
  "t3"."patient_share" * "t10"."act_units" AS "total_patient_share"
FROM (
  SELECT
    "t8"."input_line",
    "t8"."carried",
    "t8"."code" AS "act_code",
    "t8"."day" AS "act_day",
    "t8"."units" AS "act_units",
    "t8"."asked" AS "act_asked",
    "t8"."years_old" AS "act_years_old",
    "t8"."invalid" AS "act_invalid",
    "t8"."regime" AS "act_regime",
    "t8"."accreditation" AS "act_accreditation",
    "t8"."care_pathway" AS "act_care_pathway",
    "t8"."convention_status" AS "act_convention_status",
    "t8"."global_medical_file" AS "act_global_medical_file",
    "t8"."gp_referral" AS "act_gp_referral",
    "t8"."trainee" AS "act_trainee",
    GREATEST(LEAST(EXTRACT(year FROM "t8"."day"), "t8"."last_year"), "t8"."first_year") AS "act_year"
  FROM (
    SELECT
      "t7"."input_line",
      "t7"."carried",
      "t7"."code",
      "t7"."day",
      "t7"."units",
      "t7"."asked",
      "t7"."years_old",
      "t7"."invalid",
      "t7"."regime",
      "t7"."accreditation",
      "t7"."care_pathway",
      "t7"."convention_status",
      "t7"."global_medical_file",
      "t7"."gp_referral",
      "t7"."trainee",
      "t4"."first_year",
      "t4"."last_year"
    FROM (
      SELECT
        "t5"."input_line",
        "t5"."carried",
        "t5"."code",
        "t5"."day",
        "t5"."units",
        CASE
          WHEN (
            "t5"."code" IS NULL
          )
          OR (
            (
              "t5"."day" IS NULL
            )
            OR COALESCE(
              (
                "t5"."day" < MAKE_DATE(1, 1, 1)
              )
              OR (
                "t5"."day" > MAKE_DATE(9999, 12, 31)
              ),
              FALSE
            )
          )
          OR (
            (
              "t5"."birth_date" IS NOT NULL
            )
            AND COALESCE(
              (
                "t5"."born" IS NULL
              )
              OR (
                "t5"."computed_age" < 0
              )
              OR (
                "t5"."computed_age" > 150
              ),
              FALSE
            )
          )
          OR (
            (
              "t5"."quantity" IS NOT NULL
            )
            AND NOT (
              COALESCE("t5"."quantity" BETWEEN 1 AND 999999, FALSE)
            )
          )
          OR (
            (
              (
                "t5"."age" IS NOT NULL
              )
              AND NOT (
                COALESCE("t5"."age" BETWEEN 0 AND 150, FALSE)
              )
            )
            OR COALESCE("t5"."given_age" <> "t5"."computed_age", FALSE)
          )
          OR (
            (
              "t5"."regime" IS NOT NULL
            )
            AND NOT (
              "t5"."regime" IN ('preferential', 'ordinary')
            )
          )
          OR (
            (
              "t5"."accreditation" IS NOT NULL
            )
            AND NOT (
              "t5"."accreditation" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."care_pathway" IS NOT NULL
            )
            AND NOT (
              "t5"."care_pathway" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."convention_status" IS NOT NULL
            )
            AND NOT (
              "t5"."convention_status" IN ('full', 'partial', 'none')
            )
          )
          OR (
            (
              "t5"."global_medical_file" IS NOT NULL
            )
            AND NOT (
              "t5"."global_medical_file" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."gp_referral" IS NOT NULL
            )
            AND NOT (
              "t5"."gp_referral" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."trainee" IS NOT NULL
            ) AND NOT (
              "t5"."trainee" IN ('yes', 'no')
            )
          )
          THEN CAST(NULL AS TEXT)
          ELSE "t5"."code"
        END AS "asked",
        COALESCE(COALESCE("t5"."given_age", "t5"."computed_age"), -1) AS "years_old",
        CASE
          WHEN (
            "t5"."code" IS NULL
          )
          OR (
            (
              "t5"."day" IS NULL
            )
            OR COALESCE(
              (
                "t5"."day" < MAKE_DATE(1, 1, 1)
              )
              OR (
                "t5"."day" > MAKE_DATE(9999, 12, 31)
              ),
              FALSE
            )
          )
          OR (
            (
              "t5"."birth_date" IS NOT NULL
            )
            AND COALESCE(
              (
                "t5"."born" IS NULL
              )
              OR (
                "t5"."computed_age" < 0
              )
              OR (
                "t5"."computed_age" > 150
              ),
              FALSE
            )
          )
          OR (
            (
              "t5"."quantity" IS NOT NULL
            )
            AND NOT (
              COALESCE("t5"."quantity" BETWEEN 1 AND 999999, FALSE)
            )
          )
          OR (
            (
              (
                "t5"."age" IS NOT NULL
              )
              AND NOT (
                COALESCE("t5"."age" BETWEEN 0 AND 150, FALSE)
              )
            )
            OR COALESCE("t5"."given_age" <> "t5"."computed_age", FALSE)
          )
          OR (
            (
              "t5"."regime" IS NOT NULL
            )
            AND NOT (
              "t5"."regime" IN ('preferential', 'ordinary')
            )
          )
          OR (
            (
              "t5"."accreditation" IS NOT NULL
            )
            AND NOT (
              "t5"."accreditation" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."care_pathway" IS NOT NULL
            )
            AND NOT (
              "t5"."care_pathway" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."convention_status" IS NOT NULL
            )
            AND NOT (
              "t5"."convention_status" IN ('full', 'partial', 'none')
            )
          )
          OR (
            (
              "t5"."global_medical_file" IS NOT NULL
            )
            AND NOT (
              "t5"."global_medical_file" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."gp_referral" IS NOT NULL
            )
            AND NOT (
              "t5"."gp_referral" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t5"."trainee" IS NOT NULL
            ) AND NOT (
              "t5"."trainee" IN ('yes', 'no')
            )
          )
          THEN REGEXP_REPLACE(
            CASE WHEN "t5"."code" IS NULL THEN 'code,' ELSE '' END || CASE
              WHEN (
                "t5"."day" IS NULL
              )
              OR COALESCE(
                (
                  "t5"."day" < MAKE_DATE(1, 1, 1)
                )
                OR (
                  "t5"."day" > MAKE_DATE(9999, 12, 31)
                ),
                FALSE
              )
              THEN 'date,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."birth_date" IS NOT NULL
              )
              AND COALESCE(
                (
                  "t5"."born" IS NULL
                )
                OR (
                  "t5"."computed_age" < 0
                )
                OR (
                  "t5"."computed_age" > 150
                ),
                FALSE
              )
              THEN 'birth_date,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."quantity" IS NOT NULL
              )
              AND NOT (
                COALESCE("t5"."quantity" BETWEEN 1 AND 999999, FALSE)
              )
              THEN 'quantity,'
              ELSE ''
            END || CASE
              WHEN (
                (
                  "t5"."age" IS NOT NULL
                )
                AND NOT (
                  COALESCE("t5"."age" BETWEEN 0 AND 150, FALSE)
                )
              )
              OR COALESCE("t5"."given_age" <> "t5"."computed_age", FALSE)
              THEN 'age,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."regime" IS NOT NULL
              )
              AND NOT (
                "t5"."regime" IN ('preferential', 'ordinary')
              )
              THEN 'regime,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."accreditation" IS NOT NULL
              )
              AND NOT (
                "t5"."accreditation" IN ('yes', 'no')
              )
              THEN 'accreditation,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."care_pathway" IS NOT NULL
              )
              AND NOT (
                "t5"."care_pathway" IN ('yes', 'no')
              )
              THEN 'care_pathway,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."convention_status" IS NOT NULL
              )
              AND NOT (
                "t5"."convention_status" IN ('full', 'partial', 'none')
              )
              THEN 'convention_status,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."global_medical_file" IS NOT NULL
              )
              AND NOT (
                "t5"."global_medical_file" IN ('yes', 'no')
              )
              THEN 'global_medical_file,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."gp_referral" IS NOT NULL
              )
              AND NOT (
                "t5"."gp_referral" IN ('yes', 'no')
              )
              THEN 'gp_referral,'
              ELSE ''
            END || CASE
              WHEN (
                "t5"."trainee" IS NOT NULL
              ) AND NOT (
                "t5"."trainee" IN ('yes', 'no')
              )
              THEN 'trainee,'
              ELSE ''
            END,
            ',$',
            '',
            'g'
          )
          ELSE ''
        END AS "invalid",
        COALESCE("t5"."regime", '') AS "regime",
        COALESCE("t5"."accreditation", '') AS "accreditation",
        COALESCE("t5"."care_pathway", '') AS "care_pathway",
        COALESCE("t5"."convention_status", '') AS "convention_status",
        COALESCE("t5"."global_medical_file", '') AS "global_medical_file",
        COALESCE("t5"."gp_referral", '') AS "gp_referral",
        COALESCE("t5"."trainee", '') AS "trainee"
      FROM (
        SELECT
          "t2"."input_line",
          "t2"."carried",
          NULLIF(TRIM("t2"."code", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "code",
          "t2"."date",
          "t2"."birth_date",
          "t2"."quantity",
          "t2"."age",
          NULLIF(TRIM("t2"."regime", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "regime",
          NULLIF(TRIM("t2"."accreditation", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "accreditation",
          NULLIF(TRIM("t2"."care_pathway", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "care_pathway",
          NULLIF(TRIM("t2"."convention_status", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "convention_status",
          NULLIF(TRIM("t2"."global_medical_file", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "global_medical_file",
          NULLIF(TRIM("t2"."gp_referral", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "gp_referral",
          NULLIF(TRIM("t2"."trainee", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "trainee",
          "t2"."date" AS "day",
          "t2"."birth_date" AS "born",
          "t2"."age" AS "given_age",
          COALESCE("t2"."quantity", 1) AS "units",
          (
            CAST(EXTRACT(year FROM "t2"."date") AS BIGINT) - CAST(EXTRACT(year FROM "t2"."birth_date") AS BIGINT)
          ) - CAST((
            EXTRACT(month FROM "t2"."date") < EXTRACT(month FROM "t2"."birth_date")
          )
          OR (
            (
              EXTRACT(month FROM "t2"."date") = EXTRACT(month FROM "t2"."birth_date")
            )
            AND (
              EXTRACT(day FROM "t2"."date") < EXTRACT(day FROM "t2"."birth_date")
            )
          ) AS BIGINT) AS "computed_age"
        FROM "acts" AS "t2"
      ) AS "t5"
    ) AS "t7"
    CROSS JOIN "years" AS "t4"
  ) AS "t8"
) AS "t10"
LEFT OUTER JOIN "prices" AS "t3"
  ON "t10"."act_asked" = "t3"."code"
  AND "t10"."act_year" = "t3"."year"
  AND "t10"."act_regime" = "t3"."fact_regime"
  AND "t10"."act_day" >= "t3"."valid_from"
  AND LEAST("t10"."act_day", MAKE_DATE(9999, 12, 30)) < "t3"."valid_to"
  AND "t10"."act_years_old" >= "t3"."age_from"
  AND "t10"."act_years_old" < "t3"."age_to"
