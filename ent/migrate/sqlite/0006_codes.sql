-- Headings of ICD-10-CM may not stand on a claim.
ALTER TABLE `concepts` ADD COLUMN `billable` bool NOT NULL DEFAULT (true);
