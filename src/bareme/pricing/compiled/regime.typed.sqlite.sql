SELECT
  "t11"."input_line",
  "t11"."carried",
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
    WHEN "t11"."act_invalid" <> ''
    THEN 'invalid_input'
    WHEN NOT (
      COALESCE(_IBIS_REGEX_SEARCH("t11"."act_code", '^[0-9]{6}\z'), FALSE)
      AND (
        MOD(
          CAST(SUBSTRING(
            IIF(
              COALESCE(_IBIS_REGEX_SEARCH("t11"."act_code", '^[0-9]{6}\z'), FALSE),
              "t11"."act_code",
              '000000'
            ),
            IIF(
              (
                0 + 1
              ) >= 1,
              0 + 1,
              0 + 1 + LENGTH(
                IIF(
                  COALESCE(_IBIS_REGEX_SEARCH("t11"."act_code", '^[0-9]{6}\z'), FALSE),
                  "t11"."act_code",
                  '000000'
                )
              )
            ),
            5
          ) AS INTEGER),
          7
        ) = CAST(SUBSTRING(
          IIF(
            COALESCE(_IBIS_REGEX_SEARCH("t11"."act_code", '^[0-9]{6}\z'), FALSE),
            "t11"."act_code",
            '000000'
          ),
          IIF(
            (
              5 + 1
            ) >= 1,
            5 + 1,
            5 + 1 + LENGTH(
              IIF(
                COALESCE(_IBIS_REGEX_SEARCH("t11"."act_code", '^[0-9]{6}\z'), FALSE),
                "t11"."act_code",
                '000000'
              )
            )
          ),
          1
        ) AS INTEGER)
      )
    )
    THEN 'invalid_code'
    ELSE 'unknown_code'
  END AS "outcome",
  COALESCE("t3"."needs", '') AS "needs",
  "t11"."act_invalid" AS "invalid",
  "t3"."fee" * "t11"."act_units" AS "total_fee",
  IIF(
    COALESCE("t3"."intervention_kind" = 'theoretical', FALSE),
    CAST(NULL AS INTEGER),
    "t3"."intervention" * "t11"."act_units"
  ) AS "total_intervention",
  "t3"."patient_share" * "t11"."act_units" AS "total_patient_share"
FROM (
  SELECT
    "t9"."input_line",
    "t9"."carried",
    "t9"."code" AS "act_code",
    "t9"."day" AS "act_day",
    "t9"."units" AS "act_units",
    "t9"."asked" AS "act_asked",
    "t9"."years_old" AS "act_years_old",
    "t9"."invalid" AS "act_invalid",
    "t9"."regime" AS "act_regime",
    "t9"."accreditation" AS "act_accreditation",
    "t9"."care_pathway" AS "act_care_pathway",
    "t9"."convention_status" AS "act_convention_status",
    "t9"."global_medical_file" AS "act_global_medical_file",
    "t9"."gp_referral" AS "act_gp_referral",
    "t9"."trainee" AS "act_trainee",
    MAX(
      MIN(CAST(STRFTIME('%Y', "t9"."day") AS INTEGER), "t9"."last_year"),
      "t9"."first_year"
    ) AS "act_year"
  FROM (
    SELECT
      "t8"."input_line",
      "t8"."carried",
      "t8"."code",
      "t8"."day",
      "t8"."units",
      "t8"."asked",
      "t8"."years_old",
      "t8"."invalid",
      "t8"."regime",
      "t8"."accreditation",
      "t8"."care_pathway",
      "t8"."convention_status",
      "t8"."global_medical_file",
      "t8"."gp_referral",
      "t8"."trainee",
      "t4"."first_year",
      "t4"."last_year"
    FROM (
      SELECT
        "t6"."input_line",
        "t6"."carried",
        "t6"."code",
        "t6"."day",
        "t6"."units",
        IIF(
          (
            "t6"."code" IS NULL
          )
          OR (
            "t6"."day" IS NULL
          )
          OR (
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
            )
          )
          OR (
            (
              "t6"."quantity" IS NOT NULL
            )
            AND NOT (
              COALESCE("t6"."quantity" BETWEEN 1 AND 999999, FALSE)
            )
          )
          OR (
            (
              (
                "t6"."age" IS NOT NULL
              )
              AND NOT (
                COALESCE("t6"."age" BETWEEN 0 AND 150, FALSE)
              )
            )
            OR COALESCE("t6"."given_age" <> "t6"."computed_age", FALSE)
          )
          OR (
            (
              "t6"."regime" IS NOT NULL
            )
            AND NOT (
              "t6"."regime" IN ('preferential', 'ordinary')
            )
          )
          OR (
            (
              "t6"."accreditation" IS NOT NULL
            )
            AND NOT (
              "t6"."accreditation" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."care_pathway" IS NOT NULL
            )
            AND NOT (
              "t6"."care_pathway" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."convention_status" IS NOT NULL
            )
            AND NOT (
              "t6"."convention_status" IN ('full', 'partial', 'none')
            )
          )
          OR (
            (
              "t6"."global_medical_file" IS NOT NULL
            )
            AND NOT (
              "t6"."global_medical_file" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."gp_referral" IS NOT NULL
            )
            AND NOT (
              "t6"."gp_referral" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."trainee" IS NOT NULL
            ) AND NOT (
              "t6"."trainee" IN ('yes', 'no')
            )
          ),
          CAST(NULL AS TEXT),
          "t6"."code"
        ) AS "asked",
        COALESCE(COALESCE("t6"."given_age", "t6"."computed_age"), -1) AS "years_old",
        IIF(
          (
            "t6"."code" IS NULL
          )
          OR (
            "t6"."day" IS NULL
          )
          OR (
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
            )
          )
          OR (
            (
              "t6"."quantity" IS NOT NULL
            )
            AND NOT (
              COALESCE("t6"."quantity" BETWEEN 1 AND 999999, FALSE)
            )
          )
          OR (
            (
              (
                "t6"."age" IS NOT NULL
              )
              AND NOT (
                COALESCE("t6"."age" BETWEEN 0 AND 150, FALSE)
              )
            )
            OR COALESCE("t6"."given_age" <> "t6"."computed_age", FALSE)
          )
          OR (
            (
              "t6"."regime" IS NOT NULL
            )
            AND NOT (
              "t6"."regime" IN ('preferential', 'ordinary')
            )
          )
          OR (
            (
              "t6"."accreditation" IS NOT NULL
            )
            AND NOT (
              "t6"."accreditation" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."care_pathway" IS NOT NULL
            )
            AND NOT (
              "t6"."care_pathway" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."convention_status" IS NOT NULL
            )
            AND NOT (
              "t6"."convention_status" IN ('full', 'partial', 'none')
            )
          )
          OR (
            (
              "t6"."global_medical_file" IS NOT NULL
            )
            AND NOT (
              "t6"."global_medical_file" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."gp_referral" IS NOT NULL
            )
            AND NOT (
              "t6"."gp_referral" IN ('yes', 'no')
            )
          )
          OR (
            (
              "t6"."trainee" IS NOT NULL
            ) AND NOT (
              "t6"."trainee" IN ('yes', 'no')
            )
          ),
          _IBIS_REGEX_REPLACE(
            IIF("t6"."code" IS NULL, 'code,', '') || IIF("t6"."day" IS NULL, 'date,', '') || IIF(
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
              ),
              'birth_date,',
              ''
            ) || IIF(
              (
                "t6"."quantity" IS NOT NULL
              )
              AND NOT (
                COALESCE("t6"."quantity" BETWEEN 1 AND 999999, FALSE)
              ),
              'quantity,',
              ''
            ) || IIF(
              (
                (
                  "t6"."age" IS NOT NULL
                )
                AND NOT (
                  COALESCE("t6"."age" BETWEEN 0 AND 150, FALSE)
                )
              )
              OR COALESCE("t6"."given_age" <> "t6"."computed_age", FALSE),
              'age,',
              ''
            ) || IIF(
              (
                "t6"."regime" IS NOT NULL
              )
              AND NOT (
                "t6"."regime" IN ('preferential', 'ordinary')
              ),
              'regime,',
              ''
            ) || IIF(
              (
                "t6"."accreditation" IS NOT NULL
              )
              AND NOT (
                "t6"."accreditation" IN ('yes', 'no')
              ),
              'accreditation,',
              ''
            ) || IIF(
              (
                "t6"."care_pathway" IS NOT NULL
              )
              AND NOT (
                "t6"."care_pathway" IN ('yes', 'no')
              ),
              'care_pathway,',
              ''
            ) || IIF(
              (
                "t6"."convention_status" IS NOT NULL
              )
              AND NOT (
                "t6"."convention_status" IN ('full', 'partial', 'none')
              ),
              'convention_status,',
              ''
            ) || IIF(
              (
                "t6"."global_medical_file" IS NOT NULL
              )
              AND NOT (
                "t6"."global_medical_file" IN ('yes', 'no')
              ),
              'global_medical_file,',
              ''
            ) || IIF(
              (
                "t6"."gp_referral" IS NOT NULL
              )
              AND NOT (
                "t6"."gp_referral" IN ('yes', 'no')
              ),
              'gp_referral,',
              ''
            ) || IIF(
              (
                "t6"."trainee" IS NOT NULL
              ) AND NOT (
                "t6"."trainee" IN ('yes', 'no')
              ),
              'trainee,',
              ''
            ),
            ',$',
            ''
          ),
          ''
        ) AS "invalid",
        COALESCE("t6"."regime", '') AS "regime",
        COALESCE("t6"."accreditation", '') AS "accreditation",
        COALESCE("t6"."care_pathway", '') AS "care_pathway",
        COALESCE("t6"."convention_status", '') AS "convention_status",
        COALESCE("t6"."global_medical_file", '') AS "global_medical_file",
        COALESCE("t6"."gp_referral", '') AS "gp_referral",
        COALESCE("t6"."trainee", '') AS "trainee"
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
            CAST(CAST(STRFTIME('%Y', "t5"."day") AS INTEGER) AS INTEGER) - CAST(CAST(STRFTIME('%Y', "t5"."born") AS INTEGER) AS INTEGER)
          ) - CAST((
            CAST(STRFTIME('%m', "t5"."day") AS INTEGER) < CAST(STRFTIME('%m', "t5"."born") AS INTEGER)
          )
          OR (
            (
              CAST(STRFTIME('%m', "t5"."day") AS INTEGER) = CAST(STRFTIME('%m', "t5"."born") AS INTEGER)
            )
            AND (
              CAST(STRFTIME('%d', "t5"."day") AS INTEGER) < CAST(STRFTIME('%d', "t5"."born") AS INTEGER)
            )
          ) AS INTEGER) AS "computed_age"
        FROM (
          SELECT
            "t2"."input_line",
            "t2"."carried",
            NULLIF(TRIM("t2"."code", char(32, 9, 10, 13, 11, 12)), '') AS "code",
            "t2"."date",
            "t2"."birth_date",
            "t2"."quantity",
            "t2"."age",
            NULLIF(TRIM("t2"."regime", char(32, 9, 10, 13, 11, 12)), '') AS "regime",
            NULLIF(TRIM("t2"."accreditation", char(32, 9, 10, 13, 11, 12)), '') AS "accreditation",
            NULLIF(TRIM("t2"."care_pathway", char(32, 9, 10, 13, 11, 12)), '') AS "care_pathway",
            NULLIF(TRIM("t2"."convention_status", char(32, 9, 10, 13, 11, 12)), '') AS "convention_status",
            NULLIF(TRIM("t2"."global_medical_file", char(32, 9, 10, 13, 11, 12)), '') AS "global_medical_file",
            NULLIF(TRIM("t2"."gp_referral", char(32, 9, 10, 13, 11, 12)), '') AS "gp_referral",
            NULLIF(TRIM("t2"."trainee", char(32, 9, 10, 13, 11, 12)), '') AS "trainee",
            IIF("t2"."date" BETWEEN '0001-01-01' AND '9999-12-31', "t2"."date", DATE(NULL)) AS "day",
            IIF(
              "t2"."birth_date" BETWEEN '0001-01-01' AND '9999-12-31',
              "t2"."birth_date",
              DATE(NULL)
            ) AS "born",
            "t2"."age" AS "given_age"
          FROM "acts" AS "t2"
        ) AS "t5"
      ) AS "t6"
    ) AS "t8"
    CROSS JOIN "years" AS "t4"
  ) AS "t9"
) AS "t11"
LEFT OUTER JOIN "prices" AS "t3"
  ON "t11"."act_asked" = "t3"."code"
  AND "t11"."act_year" = "t3"."year"
  AND "t11"."act_regime" = "t3"."fact_regime"
  AND "t11"."act_day" >= "t3"."valid_from"
  AND MIN("t11"."act_day", '9999-12-30') < "t3"."valid_to"
  AND "t11"."act_years_old" >= "t3"."age_from"
  AND "t11"."act_years_old" < "t3"."age_to"
