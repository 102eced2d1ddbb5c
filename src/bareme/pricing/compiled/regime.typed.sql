SELECT
  "t12"."input_line",
  "t12"."carried",
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
    WHEN "t12"."act_invalid" <> ''
    THEN 'invalid_input'
    WHEN NOT (
      COALESCE(REGEXP_MATCHES("t12"."act_code", '^[0-9]{6}\z'), FALSE)
      AND (
        (
          CAST(SUBSTRING(
            CASE
              WHEN COALESCE(REGEXP_MATCHES("t12"."act_code", '^[0-9]{6}\z'), FALSE)
              THEN "t12"."act_code"
              ELSE '000000'
            END,
            CASE
              WHEN (
                0 + 1
              ) >= 1
              THEN 0 + 1
              ELSE 0 + 1 + LENGTH(
                CASE
                  WHEN COALESCE(REGEXP_MATCHES("t12"."act_code", '^[0-9]{6}\z'), FALSE)
                  THEN "t12"."act_code"
                  ELSE '000000'
                END
              )
            END,
            5
          ) AS BIGINT) % 7
        ) = CAST(SUBSTRING(
          CASE
            WHEN COALESCE(REGEXP_MATCHES("t12"."act_code", '^[0-9]{6}\z'), FALSE)
            THEN "t12"."act_code"
            ELSE '000000'
          END,
          CASE
            WHEN (
              5 + 1
            ) >= 1
            THEN 5 + 1
            ELSE 5 + 1 + LENGTH(
              CASE
                WHEN COALESCE(REGEXP_MATCHES("t12"."act_code", '^[0-9]{6}\z'), FALSE)
                THEN "t12"."act_code"
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
  "t12"."act_invalid" AS "invalid",
  "t3"."fee" * "t12"."act_units" AS "total_fee",
  CASE
    WHEN COALESCE("t3"."intervention_kind" = 'theoretical', FALSE)
    THEN CAST(NULL AS BIGINT)
    ELSE "t3"."intervention" * "t12"."act_units"
  END AS "total_intervention",
  "t3"."patient_share" * "t12"."act_units" AS "total_patient_share"
FROM (
  SELECT
    "t10"."input_line",
    "t10"."carried",
    "t10"."code" AS "act_code",
    "t10"."day" AS "act_day",
    "t10"."units" AS "act_units",
    "t10"."asked" AS "act_asked",
    "t10"."years_old" AS "act_years_old",
    "t10"."invalid" AS "act_invalid",
    "t10"."regime" AS "act_regime",
    "t10"."accreditation" AS "act_accreditation",
    "t10"."care_pathway" AS "act_care_pathway",
    "t10"."convention_status" AS "act_convention_status",
    "t10"."global_medical_file" AS "act_global_medical_file",
    "t10"."gp_referral" AS "act_gp_referral",
    "t10"."trainee" AS "act_trainee",
    GREATEST(LEAST(EXTRACT(year FROM "t10"."day"), "t10"."last_year"), "t10"."first_year") AS "act_year"
  FROM (
    SELECT
      "t9"."input_line",
      "t9"."carried",
      "t9"."code",
      "t9"."day",
      "t9"."units",
      "t9"."asked",
      "t9"."years_old",
      "t9"."invalid",
      "t9"."regime",
      "t9"."accreditation",
      "t9"."care_pathway",
      "t9"."convention_status",
      "t9"."global_medical_file",
      "t9"."gp_referral",
      "t9"."trainee",
      "t4"."first_year",
      "t4"."last_year"
    FROM (
      SELECT
        "t7"."input_line",
        "t7"."carried",
        "t7"."code",
        "t7"."day",
        "t7"."units",
        CASE
          WHEN "t7"."wrong_code"
          OR "t7"."wrong_date"
          OR "t7"."wrong_birth_date"
          OR "t7"."wrong_quantity"
          OR "t7"."wrong_age"
          OR "t7"."wrong_regime"
          OR "t7"."wrong_accreditation"
          OR "t7"."wrong_care_pathway"
          OR "t7"."wrong_convention_status"
          OR "t7"."wrong_global_medical_file"
          OR "t7"."wrong_gp_referral"
          OR "t7"."wrong_trainee"
          THEN CAST(NULL AS TEXT)
          ELSE "t7"."code"
        END AS "asked",
        COALESCE(COALESCE("t7"."given_age", "t7"."computed_age"), -1) AS "years_old",
        CASE
          WHEN "t7"."wrong_code"
          OR "t7"."wrong_date"
          OR "t7"."wrong_birth_date"
          OR "t7"."wrong_quantity"
          OR "t7"."wrong_age"
          OR "t7"."wrong_regime"
          OR "t7"."wrong_accreditation"
          OR "t7"."wrong_care_pathway"
          OR "t7"."wrong_convention_status"
          OR "t7"."wrong_global_medical_file"
          OR "t7"."wrong_gp_referral"
          OR "t7"."wrong_trainee"
          THEN REGEXP_REPLACE(
            CASE WHEN "t7"."wrong_code" THEN 'code,' ELSE '' END || CASE WHEN "t7"."wrong_date" THEN 'date,' ELSE '' END || CASE WHEN "t7"."wrong_birth_date" THEN 'birth_date,' ELSE '' END || CASE WHEN "t7"."wrong_quantity" THEN 'quantity,' ELSE '' END || CASE WHEN "t7"."wrong_age" THEN 'age,' ELSE '' END || CASE WHEN "t7"."wrong_regime" THEN 'regime,' ELSE '' END || CASE WHEN "t7"."wrong_accreditation" THEN 'accreditation,' ELSE '' END || CASE WHEN "t7"."wrong_care_pathway" THEN 'care_pathway,' ELSE '' END || CASE WHEN "t7"."wrong_convention_status" THEN 'convention_status,' ELSE '' END || CASE WHEN "t7"."wrong_global_medical_file" THEN 'global_medical_file,' ELSE '' END || CASE WHEN "t7"."wrong_gp_referral" THEN 'gp_referral,' ELSE '' END || CASE WHEN "t7"."wrong_trainee" THEN 'trainee,' ELSE '' END,
            ',$',
            '',
            'g'
          )
          ELSE ''
        END AS "invalid",
        COALESCE("t7"."regime", '') AS "regime",
        COALESCE("t7"."accreditation", '') AS "accreditation",
        COALESCE("t7"."care_pathway", '') AS "care_pathway",
        COALESCE("t7"."convention_status", '') AS "convention_status",
        COALESCE("t7"."global_medical_file", '') AS "global_medical_file",
        COALESCE("t7"."gp_referral", '') AS "gp_referral",
        COALESCE("t7"."trainee", '') AS "trainee"
      FROM (
        SELECT
          "t6"."input_line",
          "t6"."carried",
          "t6"."code",
          "t6"."date",
          "t6"."birth_date",
          "t6"."quantity",
          "t6"."age",
          "t6"."regime",
          "t6"."accreditation",
          "t6"."care_pathway",
          "t6"."convention_status",
          "t6"."global_medical_file",
          "t6"."gp_referral",
          "t6"."trainee",
          "t6"."day",
          "t6"."born",
          "t6"."given_age",
          "t6"."units",
          "t6"."computed_age",
          "t6"."code" IS NULL AS "wrong_code",
          "t6"."day" IS NULL AS "wrong_date",
          (
            "t6"."birth_date" IS NOT NULL
          )
          AND COALESCE(
            (
              "t6"."born" IS NULL
            )
            OR (
              "t6"."computed_age" < 0
            )
            OR (
              "t6"."computed_age" > 150
            ),
            FALSE
          ) AS "wrong_birth_date",
          (
            "t6"."quantity" IS NOT NULL
          )
          AND NOT (
            COALESCE("t6"."quantity" BETWEEN 1 AND 999999, FALSE)
          ) AS "wrong_quantity",
          (
            (
              "t6"."age" IS NOT NULL
            )
            AND NOT (
              COALESCE("t6"."age" BETWEEN 0 AND 150, FALSE)
            )
          )
          OR COALESCE("t6"."given_age" <> "t6"."computed_age", FALSE) AS "wrong_age",
          (
            "t6"."regime" IS NOT NULL
          )
          AND NOT (
            "t6"."regime" IN ('preferential', 'ordinary')
          ) AS "wrong_regime",
          (
            "t6"."accreditation" IS NOT NULL
          )
          AND NOT (
            "t6"."accreditation" IN ('yes', 'no')
          ) AS "wrong_accreditation",
          (
            "t6"."care_pathway" IS NOT NULL
          )
          AND NOT (
            "t6"."care_pathway" IN ('yes', 'no')
          ) AS "wrong_care_pathway",
          (
            "t6"."convention_status" IS NOT NULL
          )
          AND NOT (
            "t6"."convention_status" IN ('full', 'partial', 'none')
          ) AS "wrong_convention_status",
          (
            "t6"."global_medical_file" IS NOT NULL
          )
          AND NOT (
            "t6"."global_medical_file" IN ('yes', 'no')
          ) AS "wrong_global_medical_file",
          (
            "t6"."gp_referral" IS NOT NULL
          )
          AND NOT (
            "t6"."gp_referral" IN ('yes', 'no')
          ) AS "wrong_gp_referral",
          (
            "t6"."trainee" IS NOT NULL
          ) AND NOT (
            "t6"."trainee" IN ('yes', 'no')
          ) AS "wrong_trainee"
        FROM (
          SELECT
            "t5"."input_line",
            "t5"."carried",
            "t5"."code",
            "t5"."date",
            "t5"."birth_date",
            "t5"."quantity",
            "t5"."age",
            "t5"."regime",
            "t5"."accreditation",
            "t5"."care_pathway",
            "t5"."convention_status",
            "t5"."global_medical_file",
            "t5"."gp_referral",
            "t5"."trainee",
            "t5"."day",
            "t5"."born",
            "t5"."given_age",
            COALESCE("t5"."quantity", 1) AS "units",
            (
              CAST(EXTRACT(year FROM "t5"."day") AS BIGINT) - CAST(EXTRACT(year FROM "t5"."born") AS BIGINT)
            ) - CAST((
              EXTRACT(month FROM "t5"."day") < EXTRACT(month FROM "t5"."born")
            )
            OR (
              (
                EXTRACT(month FROM "t5"."day") = EXTRACT(month FROM "t5"."born")
              )
              AND (
                EXTRACT(day FROM "t5"."day") < EXTRACT(day FROM "t5"."born")
              )
            ) AS BIGINT) AS "computed_age"
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
              CASE
                WHEN "t2"."date" BETWEEN MAKE_DATE(1, 1, 1) AND MAKE_DATE(9999, 12, 31)
                THEN "t2"."date"
                ELSE CAST(NULL AS DATE)
              END AS "day",
              CASE
                WHEN "t2"."birth_date" BETWEEN MAKE_DATE(1, 1, 1) AND MAKE_DATE(9999, 12, 31)
                THEN "t2"."birth_date"
                ELSE CAST(NULL AS DATE)
              END AS "born",
              "t2"."age" AS "given_age"
            FROM "acts" AS "t2"
          ) AS "t5"
        ) AS "t6"
      ) AS "t7"
    ) AS "t9"
    CROSS JOIN "years" AS "t4"
  ) AS "t10"
) AS "t12"
LEFT OUTER JOIN "prices" AS "t3"
  ON "t12"."act_asked" = "t3"."code"
  AND "t12"."act_year" = "t3"."year"
  AND "t12"."act_regime" = "t3"."fact_regime"
  AND "t12"."act_day" >= "t3"."valid_from"
  AND LEAST("t12"."act_day", MAKE_DATE(9999, 12, 30)) < "t3"."valid_to"
  AND "t12"."act_years_old" >= "t3"."age_from"
  AND "t12"."act_years_old" < "t3"."age_to"
