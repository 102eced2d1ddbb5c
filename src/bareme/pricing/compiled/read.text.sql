SELECT
  "t4"."input_line",
  "t4"."carried",
  "t4"."code",
  "t4"."day",
  "t4"."units",
  CASE
    WHEN "t4"."wrong_code"
    OR "t4"."wrong_date"
    OR "t4"."wrong_birth_date"
    OR "t4"."wrong_quantity"
    OR "t4"."wrong_age"
    OR "t4"."wrong_regime"
    OR "t4"."wrong_accreditation"
    OR "t4"."wrong_care_pathway"
    OR "t4"."wrong_convention_status"
    OR "t4"."wrong_global_medical_file"
    OR "t4"."wrong_gp_referral"
    OR "t4"."wrong_trainee"
    THEN CAST(NULL AS TEXT)
    ELSE "t4"."code"
  END AS "asked",
  COALESCE(COALESCE("t4"."given_age", "t4"."computed_age"), -1) AS "years_old",
  CASE
    WHEN "t4"."wrong_code"
    OR "t4"."wrong_date"
    OR "t4"."wrong_birth_date"
    OR "t4"."wrong_quantity"
    OR "t4"."wrong_age"
    OR "t4"."wrong_regime"
    OR "t4"."wrong_accreditation"
    OR "t4"."wrong_care_pathway"
    OR "t4"."wrong_convention_status"
    OR "t4"."wrong_global_medical_file"
    OR "t4"."wrong_gp_referral"
    OR "t4"."wrong_trainee"
    THEN REGEXP_REPLACE(
      CASE WHEN "t4"."wrong_code" THEN 'code,' ELSE '' END || CASE WHEN "t4"."wrong_date" THEN 'date,' ELSE '' END || CASE WHEN "t4"."wrong_birth_date" THEN 'birth_date,' ELSE '' END || CASE WHEN "t4"."wrong_quantity" THEN 'quantity,' ELSE '' END || CASE WHEN "t4"."wrong_age" THEN 'age,' ELSE '' END || CASE WHEN "t4"."wrong_regime" THEN 'regime,' ELSE '' END || CASE WHEN "t4"."wrong_accreditation" THEN 'accreditation,' ELSE '' END || CASE WHEN "t4"."wrong_care_pathway" THEN 'care_pathway,' ELSE '' END || CASE WHEN "t4"."wrong_convention_status" THEN 'convention_status,' ELSE '' END || CASE WHEN "t4"."wrong_global_medical_file" THEN 'global_medical_file,' ELSE '' END || CASE WHEN "t4"."wrong_gp_referral" THEN 'gp_referral,' ELSE '' END || CASE WHEN "t4"."wrong_trainee" THEN 'trainee,' ELSE '' END,
      ',$',
      '',
      'g'
    )
    ELSE ''
  END AS "invalid",
  COALESCE("t4"."regime", '') AS "regime",
  COALESCE("t4"."accreditation", '') AS "accreditation",
  COALESCE("t4"."care_pathway", '') AS "care_pathway",
  COALESCE("t4"."convention_status", '') AS "convention_status",
  COALESCE("t4"."global_medical_file", '') AS "global_medical_file",
  COALESCE("t4"."gp_referral", '') AS "gp_referral",
  COALESCE("t4"."trainee", '') AS "trainee"
FROM (
  SELECT
    "t3"."input_line",
    "t3"."carried",
    "t3"."code",
    "t3"."date",
    "t3"."birth_date",
    "t3"."quantity",
    "t3"."age",
    "t3"."regime",
    "t3"."accreditation",
    "t3"."care_pathway",
    "t3"."convention_status",
    "t3"."global_medical_file",
    "t3"."gp_referral",
    "t3"."trainee",
    "t3"."day",
    "t3"."born",
    "t3"."given_age",
    "t3"."units",
    "t3"."computed_age",
    "t3"."code" IS NULL AS "wrong_code",
    "t3"."day" IS NULL AS "wrong_date",
    (
      "t3"."birth_date" IS NOT NULL
    )
    AND COALESCE(
      (
        "t3"."born" IS NULL
      )
      OR (
        "t3"."computed_age" < 0
      )
      OR (
        "t3"."computed_age" > 150
      ),
      FALSE
    ) AS "wrong_birth_date",
    (
      "t3"."quantity" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        CASE
          WHEN REGEXP_MATCHES("t3"."quantity", '^[0-9]{1,6}(\.(0{1,2}|0{4,}))?\z')
          THEN TRY_CAST(REGEXP_EXTRACT("t3"."quantity", '^([0-9]+)', 1) AS BIGINT)
          ELSE CAST(NULL AS BIGINT)
        END BETWEEN 1 AND 999999,
        FALSE
      )
    ) AS "wrong_quantity",
    (
      (
        "t3"."age" IS NOT NULL
      )
      AND NOT (
        COALESCE(
          CASE
            WHEN REGEXP_MATCHES("t3"."age", '^[0-9]{1,6}(\.0+)?\z')
            THEN TRY_CAST(REGEXP_EXTRACT("t3"."age", '^([0-9]+)', 1) AS BIGINT)
            ELSE CAST(NULL AS BIGINT)
          END BETWEEN 0 AND 150,
          FALSE
        )
      )
    )
    OR COALESCE("t3"."given_age" <> "t3"."computed_age", FALSE) AS "wrong_age",
    (
      "t3"."regime" IS NOT NULL
    )
    AND NOT (
      "t3"."regime" IN ('preferential', 'ordinary')
    ) AS "wrong_regime",
    (
      "t3"."accreditation" IS NOT NULL
    )
    AND NOT (
      "t3"."accreditation" IN ('yes', 'no')
    ) AS "wrong_accreditation",
    (
      "t3"."care_pathway" IS NOT NULL
    )
    AND NOT (
      "t3"."care_pathway" IN ('yes', 'no')
    ) AS "wrong_care_pathway",
    (
      "t3"."convention_status" IS NOT NULL
    )
    AND NOT (
      "t3"."convention_status" IN ('full', 'partial', 'none')
    ) AS "wrong_convention_status",
    (
      "t3"."global_medical_file" IS NOT NULL
    )
    AND NOT (
      "t3"."global_medical_file" IN ('yes', 'no')
    ) AS "wrong_global_medical_file",
    (
      "t3"."gp_referral" IS NOT NULL
    )
    AND NOT (
      "t3"."gp_referral" IN ('yes', 'no')
    ) AS "wrong_gp_referral",
    (
      "t3"."trainee" IS NOT NULL
    ) AND NOT (
      "t3"."trainee" IN ('yes', 'no')
    ) AS "wrong_trainee"
  FROM (
    SELECT
      "t2"."input_line",
      "t2"."carried",
      "t2"."code",
      "t2"."date",
      "t2"."birth_date",
      "t2"."quantity",
      "t2"."age",
      "t2"."regime",
      "t2"."accreditation",
      "t2"."care_pathway",
      "t2"."convention_status",
      "t2"."global_medical_file",
      "t2"."gp_referral",
      "t2"."trainee",
      "t2"."day",
      "t2"."born",
      "t2"."given_age",
      COALESCE(
        CASE
          WHEN REGEXP_MATCHES("t2"."quantity", '^[0-9]{1,6}(\.(0{1,2}|0{4,}))?\z')
          THEN TRY_CAST(REGEXP_EXTRACT("t2"."quantity", '^([0-9]+)', 1) AS BIGINT)
          ELSE CAST(NULL AS BIGINT)
        END,
        1
      ) AS "units",
      (
        CAST(EXTRACT(year FROM "t2"."day") AS BIGINT) - CAST(EXTRACT(year FROM "t2"."born") AS BIGINT)
      ) - CAST((
        EXTRACT(month FROM "t2"."day") < EXTRACT(month FROM "t2"."born")
      )
      OR (
        (
          EXTRACT(month FROM "t2"."day") = EXTRACT(month FROM "t2"."born")
        )
        AND (
          EXTRACT(day FROM "t2"."day") < EXTRACT(day FROM "t2"."born")
        )
      ) AS BIGINT) AS "computed_age"
    FROM (
      SELECT
        "t1"."input_line",
        "t1"."carried",
        "t1"."code",
        "t1"."date",
        "t1"."birth_date",
        "t1"."quantity",
        "t1"."age",
        "t1"."regime",
        "t1"."accreditation",
        "t1"."care_pathway",
        "t1"."convention_status",
        "t1"."global_medical_file",
        "t1"."gp_referral",
        "t1"."trainee",
        CASE
          WHEN COALESCE(
            (
              CAST(TRY_CAST(SUBSTRING(
                "t1"."date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."date") END,
                10
              ) AS DATE) AS TEXT) = SUBSTRING(
                "t1"."date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."date") END,
                10
              )
            )
            AND (
              TRY_CAST(SUBSTRING(
                "t1"."date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."date") END,
                10
              ) AS DATE) >= MAKE_DATE(1, 1, 1)
            )
            AND (
              (
                LENGTH("t1"."date") = 10
              )
              OR (
                (
                  LENGTH("t1"."date") > 10
                )
                AND REGEXP_MATCHES(
                  SUBSTRING(
                    "t1"."date",
                    CASE WHEN (
                      10 + 1
                    ) >= 1 THEN 10 + 1 ELSE 10 + 1 + LENGTH("t1"."date") END
                  ),
                  '^ 00:00:00(\.0+)?\z'
                )
              )
            ),
            FALSE
          )
          THEN TRY_CAST(SUBSTRING(
            "t1"."date",
            CASE WHEN (
              0 + 1
            ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."date") END,
            10
          ) AS DATE)
          ELSE CAST(NULL AS DATE)
        END AS "day",
        CASE
          WHEN COALESCE(
            (
              CAST(TRY_CAST(SUBSTRING(
                "t1"."birth_date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."birth_date") END,
                10
              ) AS DATE) AS TEXT) = SUBSTRING(
                "t1"."birth_date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."birth_date") END,
                10
              )
            )
            AND (
              TRY_CAST(SUBSTRING(
                "t1"."birth_date",
                CASE WHEN (
                  0 + 1
                ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."birth_date") END,
                10
              ) AS DATE) >= MAKE_DATE(1, 1, 1)
            )
            AND (
              (
                LENGTH("t1"."birth_date") = 10
              )
              OR (
                (
                  LENGTH("t1"."birth_date") > 10
                )
                AND REGEXP_MATCHES(
                  SUBSTRING(
                    "t1"."birth_date",
                    CASE WHEN (
                      10 + 1
                    ) >= 1 THEN 10 + 1 ELSE 10 + 1 + LENGTH("t1"."birth_date") END
                  ),
                  '^ 00:00:00(\.0+)?\z'
                )
              )
            ),
            FALSE
          )
          THEN TRY_CAST(SUBSTRING(
            "t1"."birth_date",
            CASE WHEN (
              0 + 1
            ) >= 1 THEN 0 + 1 ELSE 0 + 1 + LENGTH("t1"."birth_date") END,
            10
          ) AS DATE)
          ELSE CAST(NULL AS DATE)
        END AS "born",
        CASE
          WHEN REGEXP_MATCHES("t1"."age", '^[0-9]{1,6}(\.0+)?\z')
          THEN TRY_CAST(REGEXP_EXTRACT("t1"."age", '^([0-9]+)', 1) AS BIGINT)
          ELSE CAST(NULL AS BIGINT)
        END AS "given_age"
      FROM (
        SELECT
          "t0"."input_line",
          "t0"."carried",
          NULLIF(TRIM("t0"."code", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "code",
          NULLIF(TRIM("t0"."date", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "date",
          NULLIF(TRIM("t0"."birth_date", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "birth_date",
          NULLIF(TRIM("t0"."quantity", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "quantity",
          NULLIF(TRIM("t0"."age", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "age",
          NULLIF(TRIM("t0"."regime", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "regime",
          NULLIF(TRIM("t0"."accreditation", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "accreditation",
          NULLIF(TRIM("t0"."care_pathway", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "care_pathway",
          NULLIF(TRIM("t0"."convention_status", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "convention_status",
          NULLIF(TRIM("t0"."global_medical_file", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "global_medical_file",
          NULLIF(TRIM("t0"."gp_referral", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "gp_referral",
          NULLIF(TRIM("t0"."trainee", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "trainee"
        FROM "acts" AS "t0"
      ) AS "t1"
    ) AS "t2"
  ) AS "t3"
) AS "t4"
