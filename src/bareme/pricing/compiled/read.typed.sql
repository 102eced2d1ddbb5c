SELECT
  "t3"."input_line",
  "t3"."carried",
  "t3"."code",
  "t3"."day",
  "t3"."units",
  CASE
    WHEN "t3"."wrong_code"
    OR "t3"."wrong_date"
    OR "t3"."wrong_birth_date"
    OR "t3"."wrong_quantity"
    OR "t3"."wrong_age"
    OR "t3"."wrong_regime"
    OR "t3"."wrong_accreditation"
    OR "t3"."wrong_care_pathway"
    OR "t3"."wrong_convention_status"
    OR "t3"."wrong_global_medical_file"
    OR "t3"."wrong_gp_referral"
    OR "t3"."wrong_trainee"
    THEN CAST(NULL AS TEXT)
    ELSE "t3"."code"
  END AS "asked",
  COALESCE(COALESCE("t3"."given_age", "t3"."computed_age"), -1) AS "years_old",
  CASE
    WHEN "t3"."wrong_code"
    OR "t3"."wrong_date"
    OR "t3"."wrong_birth_date"
    OR "t3"."wrong_quantity"
    OR "t3"."wrong_age"
    OR "t3"."wrong_regime"
    OR "t3"."wrong_accreditation"
    OR "t3"."wrong_care_pathway"
    OR "t3"."wrong_convention_status"
    OR "t3"."wrong_global_medical_file"
    OR "t3"."wrong_gp_referral"
    OR "t3"."wrong_trainee"
    THEN REGEXP_REPLACE(
      CASE WHEN "t3"."wrong_code" THEN 'code,' ELSE '' END || CASE WHEN "t3"."wrong_date" THEN 'date,' ELSE '' END || CASE WHEN "t3"."wrong_birth_date" THEN 'birth_date,' ELSE '' END || CASE WHEN "t3"."wrong_quantity" THEN 'quantity,' ELSE '' END || CASE WHEN "t3"."wrong_age" THEN 'age,' ELSE '' END || CASE WHEN "t3"."wrong_regime" THEN 'regime,' ELSE '' END || CASE WHEN "t3"."wrong_accreditation" THEN 'accreditation,' ELSE '' END || CASE WHEN "t3"."wrong_care_pathway" THEN 'care_pathway,' ELSE '' END || CASE WHEN "t3"."wrong_convention_status" THEN 'convention_status,' ELSE '' END || CASE WHEN "t3"."wrong_global_medical_file" THEN 'global_medical_file,' ELSE '' END || CASE WHEN "t3"."wrong_gp_referral" THEN 'gp_referral,' ELSE '' END || CASE WHEN "t3"."wrong_trainee" THEN 'trainee,' ELSE '' END,
      ',$',
      '',
      'g'
    )
    ELSE ''
  END AS "invalid",
  COALESCE("t3"."regime", '') AS "regime",
  COALESCE("t3"."accreditation", '') AS "accreditation",
  COALESCE("t3"."care_pathway", '') AS "care_pathway",
  COALESCE("t3"."convention_status", '') AS "convention_status",
  COALESCE("t3"."global_medical_file", '') AS "global_medical_file",
  COALESCE("t3"."gp_referral", '') AS "gp_referral",
  COALESCE("t3"."trainee", '') AS "trainee"
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
    "t2"."units",
    "t2"."computed_age",
    "t2"."code" IS NULL AS "wrong_code",
    "t2"."day" IS NULL AS "wrong_date",
    (
      "t2"."birth_date" IS NOT NULL
    )
    AND COALESCE(
      (
        "t2"."born" IS NULL
      )
      OR (
        "t2"."computed_age" < 0
      )
      OR (
        "t2"."computed_age" > 150
      ),
      FALSE
    ) AS "wrong_birth_date",
    (
      "t2"."quantity" IS NOT NULL
    )
    AND NOT (
      COALESCE("t2"."quantity" BETWEEN 1 AND 999999, FALSE)
    ) AS "wrong_quantity",
    (
      (
        "t2"."age" IS NOT NULL
      )
      AND NOT (
        COALESCE("t2"."age" BETWEEN 0 AND 150, FALSE)
      )
    )
    OR COALESCE("t2"."given_age" <> "t2"."computed_age", FALSE) AS "wrong_age",
    (
      "t2"."regime" IS NOT NULL
    )
    AND NOT (
      "t2"."regime" IN ('preferential', 'ordinary')
    ) AS "wrong_regime",
    (
      "t2"."accreditation" IS NOT NULL
    )
    AND NOT (
      "t2"."accreditation" IN ('yes', 'no')
    ) AS "wrong_accreditation",
    (
      "t2"."care_pathway" IS NOT NULL
    )
    AND NOT (
      "t2"."care_pathway" IN ('yes', 'no')
    ) AS "wrong_care_pathway",
    (
      "t2"."convention_status" IS NOT NULL
    )
    AND NOT (
      "t2"."convention_status" IN ('full', 'partial', 'none')
    ) AS "wrong_convention_status",
    (
      "t2"."global_medical_file" IS NOT NULL
    )
    AND NOT (
      "t2"."global_medical_file" IN ('yes', 'no')
    ) AS "wrong_global_medical_file",
    (
      "t2"."gp_referral" IS NOT NULL
    )
    AND NOT (
      "t2"."gp_referral" IN ('yes', 'no')
    ) AS "wrong_gp_referral",
    (
      "t2"."trainee" IS NOT NULL
    ) AND NOT (
      "t2"."trainee" IN ('yes', 'no')
    ) AS "wrong_trainee"
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
      "t1"."day",
      "t1"."born",
      "t1"."given_age",
      COALESCE("t1"."quantity", 1) AS "units",
      (
        CAST(EXTRACT(year FROM "t1"."day") AS BIGINT) - CAST(EXTRACT(year FROM "t1"."born") AS BIGINT)
      ) - CAST((
        EXTRACT(month FROM "t1"."day") < EXTRACT(month FROM "t1"."born")
      )
      OR (
        (
          EXTRACT(month FROM "t1"."day") = EXTRACT(month FROM "t1"."born")
        )
        AND (
          EXTRACT(day FROM "t1"."day") < EXTRACT(day FROM "t1"."born")
        )
      ) AS BIGINT) AS "computed_age"
    FROM (
      SELECT
        "t0"."input_line",
        "t0"."carried",
        NULLIF(TRIM("t0"."code", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "code",
        "t0"."date",
        "t0"."birth_date",
        "t0"."quantity",
        "t0"."age",
        NULLIF(TRIM("t0"."regime", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "regime",
        NULLIF(TRIM("t0"."accreditation", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "accreditation",
        NULLIF(TRIM("t0"."care_pathway", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "care_pathway",
        NULLIF(TRIM("t0"."convention_status", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "convention_status",
        NULLIF(TRIM("t0"."global_medical_file", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "global_medical_file",
        NULLIF(TRIM("t0"."gp_referral", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "gp_referral",
        NULLIF(TRIM("t0"."trainee", chr(32) || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '') AS "trainee",
        CASE
          WHEN "t0"."date" BETWEEN MAKE_DATE(1, 1, 1) AND MAKE_DATE(9999, 12, 31)
          THEN "t0"."date"
          ELSE CAST(NULL AS DATE)
        END AS "day",
        CASE
          WHEN "t0"."birth_date" BETWEEN MAKE_DATE(1, 1, 1) AND MAKE_DATE(9999, 12, 31)
          THEN "t0"."birth_date"
          ELSE CAST(NULL AS DATE)
        END AS "born",
        "t0"."age" AS "given_age"
      FROM "acts" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
