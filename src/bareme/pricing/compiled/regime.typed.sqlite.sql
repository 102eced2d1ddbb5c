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
      COALESCE(_IBIS_REGEX_SEARCH("t10"."act_code", '^[0-9]{6}$'), FALSE)
      AND (
        MOD(
          CAST(SUBSTRING(
            IIF(
              COALESCE(_IBIS_REGEX_SEARCH("t10"."act_code", '^[0-9]{6}$'), FALSE),
              "t10"."act_code",
              '000000'
            ),
            IIF(
              (
                0 + 1
              ) >= 1,
              0 + 1,
              0 + 1 + LENGTH(
                IIF(
                  COALESCE(_IBIS_REGEX_SEARCH("t10"."act_code", '^[0-9]{6}$'), FALSE),
                  "t10"."act_code",
                  '000000'
                )
              )
            ),
            5
          ) AS INTEGER),
          7
        ) = CAST(SUBSTRING(
          IIF(
            COALESCE(_IBIS_REGEX_SEARCH("t10"."act_code", '^[0-9]{6}$'), FALSE),
            "t10"."act_code",
            '000000'
          ),
          IIF(
            (
              5 + 1
            ) >= 1,
            5 + 1,
            5 + 1 + LENGTH(
              IIF(
                COALESCE(_IBIS_REGEX_SEARCH("t10"."act_code", '^[0-9]{6}$'), FALSE),
                "t10"."act_code",
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
  "t10"."act_invalid" AS "invalid",
  "t3"."fee" * "t10"."act_units" AS "total_fee",
  IIF(
    COALESCE("t3"."intervention_kind" = 'theoretical', FALSE),
    CAST(NULL AS INTEGER),
    "t3"."intervention" * "t10"."act_units"
  ) AS "total_intervention",
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
    MAX(
      MIN(CAST(STRFTIME('%Y', "t8"."day") AS INTEGER), "t8"."last_year"),
      "t8"."first_year"
    ) AS "act_year"
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
        IIF(
          (
            "t5"."code" IS NULL
          )
          OR (
            (
              "t5"."day" IS NULL
            )
            OR COALESCE((
              "t5"."day" < '0001-01-01'
            ) OR (
              "t5"."day" > '9999-12-31'
            ), FALSE)
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
          ),
          CAST(NULL AS TEXT),
          "t5"."code"
        ) AS "asked",
        COALESCE(COALESCE("t5"."given_age", "t5"."computed_age"), -1) AS "years_old",
        IIF(
          (
            "t5"."code" IS NULL
          )
          OR (
            (
              "t5"."day" IS NULL
            )
            OR COALESCE((
              "t5"."day" < '0001-01-01'
            ) OR (
              "t5"."day" > '9999-12-31'
            ), FALSE)
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
          ),
          _IBIS_REGEX_REPLACE(
            IIF("t5"."code" IS NULL, 'code,', '') || IIF(
              (
                "t5"."day" IS NULL
              )
              OR COALESCE((
                "t5"."day" < '0001-01-01'
              ) OR (
                "t5"."day" > '9999-12-31'
              ), FALSE),
              'date,',
              ''
            ) || IIF(
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
              ),
              'birth_date,',
              ''
            ) || IIF(
              (
                "t5"."quantity" IS NOT NULL
              )
              AND NOT (
                COALESCE("t5"."quantity" BETWEEN 1 AND 999999, FALSE)
              ),
              'quantity,',
              ''
            ) || IIF(
              (
                (
                  "t5"."age" IS NOT NULL
                )
                AND NOT (
                  COALESCE("t5"."age" BETWEEN 0 AND 150, FALSE)
                )
              )
              OR COALESCE("t5"."given_age" <> "t5"."computed_age", FALSE),
              'age,',
              ''
            ) || IIF(
              (
                "t5"."regime" IS NOT NULL
              )
              AND NOT (
                "t5"."regime" IN ('preferential', 'ordinary')
              ),
              'regime,',
              ''
            ) || IIF(
              (
                "t5"."accreditation" IS NOT NULL
              )
              AND NOT (
                "t5"."accreditation" IN ('yes', 'no')
              ),
              'accreditation,',
              ''
            ) || IIF(
              (
                "t5"."care_pathway" IS NOT NULL
              )
              AND NOT (
                "t5"."care_pathway" IN ('yes', 'no')
              ),
              'care_pathway,',
              ''
            ) || IIF(
              (
                "t5"."convention_status" IS NOT NULL
              )
              AND NOT (
                "t5"."convention_status" IN ('full', 'partial', 'none')
              ),
              'convention_status,',
              ''
            ) || IIF(
              (
                "t5"."global_medical_file" IS NOT NULL
              )
              AND NOT (
                "t5"."global_medical_file" IN ('yes', 'no')
              ),
              'global_medical_file,',
              ''
            ) || IIF(
              (
                "t5"."gp_referral" IS NOT NULL
              )
              AND NOT (
                "t5"."gp_referral" IN ('yes', 'no')
              ),
              'gp_referral,',
              ''
            ) || IIF(
              (
                "t5"."trainee" IS NOT NULL
              ) AND NOT (
                "t5"."trainee" IN ('yes', 'no')
              ),
              'trainee,',
              ''
            ),
            ',$',
            ''
          ),
          ''
        ) AS "invalid",
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
          "t2"."date" AS "day",
          "t2"."birth_date" AS "born",
          "t2"."age" AS "given_age",
          COALESCE("t2"."quantity", 1) AS "units",
          (
            CAST(CAST(STRFTIME('%Y', "t2"."date") AS INTEGER) AS INTEGER) - CAST(CAST(STRFTIME('%Y', "t2"."birth_date") AS INTEGER) AS INTEGER)
          ) - CAST((
            CAST(STRFTIME('%m', "t2"."date") AS INTEGER) < CAST(STRFTIME('%m', "t2"."birth_date") AS INTEGER)
          )
          OR (
            (
              CAST(STRFTIME('%m', "t2"."date") AS INTEGER) = CAST(STRFTIME('%m', "t2"."birth_date") AS INTEGER)
            )
            AND (
              CAST(STRFTIME('%d', "t2"."date") AS INTEGER) < CAST(STRFTIME('%d', "t2"."birth_date") AS INTEGER)
            )
          ) AS INTEGER) AS "computed_age"
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
  AND MIN("t10"."act_day", '9999-12-30') < "t3"."valid_to"
  AND "t10"."act_years_old" >= "t3"."age_from"
  AND "t10"."act_years_old" < "t3"."age_to"
