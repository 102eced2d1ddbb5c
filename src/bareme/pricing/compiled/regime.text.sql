SELECT
  "t13"."input_line",
  "t13"."carried",
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
    WHEN "t13"."act_invalid" <> ''
    THEN 'invalid_input'
    WHEN NOT (
      COALESCE(REGEXP_MATCHES("t13"."act_code", '^[0-9]{6}\z'), FALSE)
      AND (
        (
          CAST(SUBSTRING(
            CASE
              WHEN COALESCE(REGEXP_MATCHES("t13"."act_code", '^[0-9]{6}\z'), FALSE)
              THEN "t13"."act_code"
              ELSE '000000'
            END,
            CASE
              WHEN (
                0 + 1
              ) >= 1
              THEN 0 + 1
              ELSE 0 + 1 + LENGTH(
                CASE
                  WHEN COALESCE(REGEXP_MATCHES("t13"."act_code", '^[0-9]{6}\z'), FALSE)
                  THEN "t13"."act_code"
                  ELSE '000000'
                END
              )
            END,
            5
          ) AS BIGINT) % 7
        ) = CAST(SUBSTRING(
          CASE
            WHEN COALESCE(REGEXP_MATCHES("t13"."act_code", '^[0-9]{6}\z'), FALSE)
            THEN "t13"."act_code"
            ELSE '000000'
          END,
          CASE
            WHEN (
              5 + 1
            ) >= 1
            THEN 5 + 1
            ELSE 5 + 1 + LENGTH(
              CASE
                WHEN COALESCE(REGEXP_MATCHES("t13"."act_code", '^[0-9]{6}\z'), FALSE)
                THEN "t13"."act_code"
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
  "t13"."act_invalid" AS "invalid",
  "t3"."fee" * "t13"."act_units" AS "total_fee",
  CASE
    WHEN COALESCE("t3"."intervention_kind" = 'theoretical', FALSE)
    THEN CAST(NULL AS BIGINT)
    ELSE "t3"."intervention" * "t13"."act_units"
  END AS "total_intervention",
  "t3"."patient_share" * "t13"."act_units" AS "total_patient_share"
FROM (
  SELECT
    "t11"."input_line",
    "t11"."carried",
    "t11"."code" AS "act_code",
    "t11"."day" AS "act_day",
    "t11"."units" AS "act_units",
    "t11"."asked" AS "act_asked",
    "t11"."years_old" AS "act_years_old",
    "t11"."invalid" AS "act_invalid",
    "t11"."regime" AS "act_regime",
    "t11"."accreditation" AS "act_accreditation",
    "t11"."care_pathway" AS "act_care_pathway",
    "t11"."convention_status" AS "act_convention_status",
    "t11"."global_medical_file" AS "act_global_medical_file",
    "t11"."gp_referral" AS "act_gp_referral",
    "t11"."trainee" AS "act_trainee",
    GREATEST(LEAST(EXTRACT(year FROM "t11"."day"), "t11"."last_year"), "t11"."first_year") AS "act_year"
  FROM (
    SELECT
      "t10"."input_line",
      "t10"."carried",
      "t10"."code",
      "t10"."day",
      "t10"."units",
      "t10"."asked",
      "t10"."years_old",
      "t10"."invalid",
      "t10"."regime",
      "t10"."accreditation",
      "t10"."care_pathway",
      "t10"."convention_status",
      "t10"."global_medical_file",
      "t10"."gp_referral",
      "t10"."trainee",
      "t4"."first_year",
      "t4"."last_year"
    FROM (
      SELECT
        "t8"."input_line",
        "t8"."carried",
        "t8"."code",
        "t8"."day",
        "t8"."units",
        CASE
          WHEN "t8"."wrong_code"
          OR "t8"."wrong_date"
          OR "t8"."wrong_birth_date"
          OR "t8"."wrong_quantity"
          OR "t8"."wrong_age"
          OR "t8"."wrong_regime"
          OR "t8"."wrong_accreditation"
          OR "t8"."wrong_care_pathway"
          OR "t8"."wrong_convention_status"
          OR "t8"."wrong_global_medical_file"
          OR "t8"."wrong_gp_referral"
          OR "t8"."wrong_trainee"
          THEN CAST(NULL AS TEXT)
          ELSE "t8"."code"
        END AS "asked",
        COALESCE(COALESCE("t8"."given_age", "t8"."computed_age"), -1) AS "years_old",
        CASE
          WHEN "t8"."wrong_code"
          OR "t8"."wrong_date"
          OR "t8"."wrong_birth_date"
          OR "t8"."wrong_quantity"
          OR "t8"."wrong_age"
          OR "t8"."wrong_regime"
          OR "t8"."wrong_accreditation"
          OR "t8"."wrong_care_pathway"
          OR "t8"."wrong_convention_status"
          OR "t8"."wrong_global_medical_file"
          OR "t8"."wrong_gp_referral"
          OR "t8"."wrong_trainee"
          THEN REGEXP_REPLACE(
            CASE WHEN "t8"."wrong_code" THEN 'code,' ELSE '' END || CASE WHEN "t8"."wrong_date" THEN 'date,' ELSE '' END || CASE WHEN "t8"."wrong_birth_date" THEN 'birth_date,' ELSE '' END || CASE WHEN "t8"."wrong_quantity" THEN 'quantity,' ELSE '' END || CASE WHEN "t8"."wrong_age" THEN 'age,' ELSE '' END || CASE WHEN "t8"."wrong_regime" THEN 'regime,' ELSE '' END || CASE WHEN "t8"."wrong_accreditation" THEN 'accreditation,' ELSE '' END || CASE WHEN "t8"."wrong_care_pathway" THEN 'care_pathway,' ELSE '' END || CASE WHEN "t8"."wrong_convention_status" THEN 'convention_status,' ELSE '' END || CASE WHEN "t8"."wrong_global_medical_file" THEN 'global_medical_file,' ELSE '' END || CASE WHEN "t8"."wrong_gp_referral" THEN 'gp_referral,' ELSE '' END || CASE WHEN "t8"."wrong_trainee" THEN 'trainee,' ELSE '' END,
            ',$',
            '',
            'g'
          )
          ELSE ''
        END AS "invalid",
        COALESCE("t8"."regime", '') AS "regime",
        COALESCE("t8"."accreditation", '') AS "accreditation",
        COALESCE("t8"."care_pathway", '') AS "care_pathway",
        COALESCE("t8"."convention_status", '') AS "convention_status",
        COALESCE("t8"."global_medical_file", '') AS "global_medical_file",
        COALESCE("t8"."gp_referral", '') AS "gp_referral",
        COALESCE("t8"."trainee", '') AS "trainee"
      FROM (
        SELECT
          "t7"."input_line",
          "t7"."carried",
          "t7"."code",
          "t7"."date",
          "t7"."birth_date",
          "t7"."quantity",
          "t7"."age",
          "t7"."regime",
          "t7"."accreditation",
          "t7"."care_pathway",
          "t7"."convention_status",
          "t7"."global_medical_file",
          "t7"."gp_referral",
          "t7"."trainee",
          "t7"."day",
          "t7"."born",
          "t7"."given_age",
          "t7"."units",
          "t7"."computed_age",
          "t7"."code" IS NULL AS "wrong_code",
          "t7"."day" IS NULL AS "wrong_date",
          (
            "t7"."birth_date" IS NOT NULL
          )
          AND COALESCE(
            (
              "t7"."born" IS NULL
            )
            OR (
              "t7"."computed_age" < 0
            )
            OR (
              "t7"."computed_age" > 150
            ),
            FALSE
          ) AS "wrong_birth_date",
          (
            "t7"."quantity" IS NOT NULL
          )
          AND NOT (
            COALESCE(
              CASE
                WHEN REGEXP_MATCHES("t7"."quantity", '^[0-9]{1,6}(\.(0{1,2}|0{4,}))?\z')
                THEN TRY_CAST(REGEXP_EXTRACT("t7"."quantity", '^([0-9]+)', 1) AS BIGINT)
                ELSE CAST(NULL AS BIGINT)
              END BETWEEN 1 AND 999999,
              FALSE
            )
          ) AS "wrong_quantity",
          (
            (
              "t7"."age" IS NOT NULL
            )
            AND NOT (
              COALESCE(
                CASE
                  WHEN REGEXP_MATCHES("t7"."age", '^[0-9]{1,6}(\.0+)?\z')
                  THEN TRY_CAST(REGEXP_EXTRACT("t7"."age", '^([0-9]+)', 1) AS BIGINT)
                  ELSE CAST(NULL AS BIGINT)
                END BETWEEN 0 AND 150,
                FALSE
              )
            )
          )
          OR COALESCE("t7"."given_age" <> "t7"."computed_age", FALSE) AS "wrong_age",
          (
            "t7"."regime" IS NOT NULL
          )
          AND NOT (
            "t7"."regime" IN ('preferential', 'ordinary')
          ) AS "wrong_regime",
          (
            "t7"."accreditation" IS NOT NULL
          )
          AND NOT (
            "t7"."accreditation" IN ('yes', 'no')
          ) AS "wrong_accreditation",
          (
            "t7"."care_pathway" IS NOT NULL
          )
          AND NOT (
            "t7"."care_pathway" IN ('yes', 'no')
          ) AS "wrong_care_pathway",
          (
            "t7"."convention_status" IS NOT NULL
          )
          AND NOT (
            "t7"."convention_status" IN ('full', 'partial', 'none')
          ) AS "wrong_convention_status",
          (
            "t7"."global_medical_file" IS NOT NULL
          )
          AND NOT (
            "t7"."global_medical_file" IN ('yes', 'no')
          ) AS "wrong_global_medical_file",
          (
            "t7"."gp_referral" IS NOT NULL
          )
          AND NOT (
            "t7"."gp_referral" IN ('yes', 'no')
          ) AS "wrong_gp_referral",
          (
            "t7"."trainee" IS NOT NULL
          ) AND NOT (
            "t7"."trainee" IN ('yes', 'no')
          ) AS "wrong_trainee"
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
            COALESCE(
              CASE
                WHEN REGEXP_MATCHES("t6"."quantity", '^[0-9]{1,6}(\.(0{1,2}|0{4,}))?\z')
                THEN TRY_CAST(REGEXP_EXTRACT("t6"."quantity", '^([0-9]+)', 1) AS BIGINT)
                ELSE CAST(NULL AS BIGINT)
              END,
              1
            ) AS "units",
            (
              CAST(EXTRACT(year FROM "t6"."day") AS BIGINT) - CAST(EXTRACT(year FROM "t6"."born") AS BIGINT)
            ) - CAST((
              EXTRACT(month FROM "t6"."day") < EXTRACT(month FROM "t6"."born")
            )
            OR (
              (
                EXTRACT(month FROM "t6"."day") = EXTRACT(month FROM "t6"."born")
              )
              AND (
                EXTRACT(day FROM "t6"."day") < EXTRACT(day FROM "t6"."born")
              )
            ) AS BIGINT) AS "computed_age"
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
              CASE
                WHEN COALESCE(
                  (
                    CAST(TRY_CAST(SUBSTRING(
                      "t5"."date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."date") END,
                      10
                    ) AS DATE) AS TEXT) = SUBSTRING(
                      "t5"."date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."date") END,
                      10
                    )
                  )
                  AND (
                    TRY_CAST(SUBSTRING(
                      "t5"."date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."date") END,
                      10
                    ) AS DATE) >= MAKE_DATE(1, 1, 1)
                  )
                  AND (
                    (
                      LENGTH("t5"."date") = 10
                    )
                    OR (
                      (
                        LENGTH("t5"."date") > 10
                      )
                      AND REGEXP_MATCHES(
                        SUBSTRING(
                          "t5"."date",
                          CASE WHEN (
                            10 + 1
                          ) >= 1 THEN 10 + 1 ELSE 10 + 1 + LENGTH("t5"."date") END
                        ),
                        '^ 00:00:00(\.0+)?\z'
                      )
                    )
                  ),
                  FALSE
                )
                THEN TRY_CAST(SUBSTRING(
                  "t5"."date",
                  CASE WHEN (
                    0 + 1
                  ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."date") END,
                  10
                ) AS DATE)
                ELSE CAST(NULL AS DATE)
              END AS "day",
              CASE
                WHEN COALESCE(
                  (
                    CAST(TRY_CAST(SUBSTRING(
                      "t5"."birth_date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."birth_date") END,
                      10
                    ) AS DATE) AS TEXT) = SUBSTRING(
                      "t5"."birth_date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."birth_date") END,
                      10
                    )
                  )
                  AND (
                    TRY_CAST(SUBSTRING(
                      "t5"."birth_date",
                      CASE WHEN (
                        0 + 1
                      ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."birth_date") END,
                      10
                    ) AS DATE) >= MAKE_DATE(1, 1, 1)
                  )
                  AND (
                    (
                      LENGTH("t5"."birth_date") = 10
                    )
                    OR (
                      (
                        LENGTH("t5"."birth_date") > 10
                      )
                      AND REGEXP_MATCHES(
                        SUBSTRING(
                          "t5"."birth_date",
                          CASE WHEN (
                            10 + 1
                          ) >= 1 THEN 10 + 1 ELSE 10 + 1 + LENGTH("t5"."birth_date") END
                        ),
                        '^ 00:00:00(\.0+)?\z'
                      )
                    )
                  ),
                  FALSE
                )
                THEN TRY_CAST(SUBSTRING(
                  "t5"."birth_date",
                  CASE WHEN (
                    0 + 1
                  ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t5"."birth_date") END,
                  10
                ) AS DATE)
                ELSE CAST(NULL AS DATE)
              END AS "born",
              CASE
                WHEN REGEXP_MATCHES("t5"."age", '^[0-9]{1,6}(\.0+)?\z')
                THEN TRY_CAST(REGEXP_EXTRACT("t5"."age", '^([0-9]+)', 1) AS BIGINT)
                ELSE CAST(NULL AS BIGINT)
              END AS "given_age"
            FROM (
              SELECT
                "t2"."input_line",
                "t2"."carried",
                NULLIF(TRIM("t2"."code", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "code",
                NULLIF(TRIM("t2"."date", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "date",
                NULLIF(TRIM("t2"."birth_date", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "birth_date",
                NULLIF(TRIM("t2"."quantity", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "quantity",
                NULLIF(TRIM("t2"."age", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "age",
                NULLIF(TRIM("t2"."regime", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "regime",
                NULLIF(TRIM("t2"."accreditation", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "accreditation",
                NULLIF(TRIM("t2"."care_pathway", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "care_pathway",
                NULLIF(TRIM("t2"."convention_status", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "convention_status",
                NULLIF(TRIM("t2"."global_medical_file", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "global_medical_file",
                NULLIF(TRIM("t2"."gp_referral", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "gp_referral",
                NULLIF(TRIM("t2"."trainee", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "trainee"
              FROM "acts" AS "t2"
            ) AS "t5"
          ) AS "t6"
        ) AS "t7"
      ) AS "t8"
    ) AS "t10"
    CROSS JOIN "years" AS "t4"
  ) AS "t11"
) AS "t13"
LEFT OUTER JOIN "prices" AS "t3"
  ON "t13"."act_asked" = "t3"."code"
  AND "t13"."act_year" = "t3"."year"
  AND "t13"."act_regime" = "t3"."fact_regime"
  AND "t13"."act_day" >= "t3"."valid_from"
  AND LEAST("t13"."act_day", MAKE_DATE(9999, 12, 30)) < "t3"."valid_to"
  AND "t13"."act_years_old" >= "t3"."age_from"
  AND "t13"."act_years_old" < "t3"."age_to"
