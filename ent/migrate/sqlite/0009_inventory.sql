-- The stock: items, lots, places, what stands where, and the ledger that says why.
CREATE TABLE `barcodes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `kind` text NOT NULL,
  `value` text NOT NULL,
  `pack_id` text NULL,
  `item_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `barcodes_item_packs_pack` FOREIGN KEY (`pack_id`) REFERENCES `item_packs` (`id`) ON DELETE SET NULL,
  CONSTRAINT `barcodes_items_barcodes` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `barcode_value` ON `barcodes` (`value`);
CREATE INDEX `barcode_item_id_value` ON `barcodes` (`item_id`, `value`);
CREATE TABLE `items` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `code` text NOT NULL,
  `name` text NOT NULL,
  `sort_name` text NOT NULL,
  `kind` text NOT NULL,
  `ndc` text NULL,
  `base_unit` text NOT NULL,
  `controlled` bool NOT NULL DEFAULT (false),
  `per_container` integer NOT NULL DEFAULT (1),
  `use_hours` integer NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `item_code` ON `items` (`code`);
CREATE INDEX `item_sort_name_id` ON `items` (`sort_name`, `id`);
CREATE INDEX `item_kind_sort_name_id` ON `items` (`kind`, `sort_name`, `id`);
CREATE TABLE `item_packs` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `name` text NOT NULL,
  `quantity` integer NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `item_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `item_packs_items_packs` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `item_packs_positive` CHECK (quantity > 0)
);
CREATE UNIQUE INDEX `itempack_item_id_quantity_name` ON `item_packs` (`item_id`, `quantity`, `name`);
CREATE TABLE `kits` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `code` text NOT NULL,
  `name` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `kit_code` ON `kits` (`code`);
CREATE TABLE `kit_lines` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `quantity` integer NOT NULL,
  `position` integer NOT NULL DEFAULT (0),
  `active` bool NOT NULL DEFAULT (true),
  `kit_id` text NOT NULL,
  `item_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `kit_lines_kits_lines` FOREIGN KEY (`kit_id`) REFERENCES `kits` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `kit_lines_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `kitline_kit_id_item_id` ON `kit_lines` (`kit_id`, `item_id`);
CREATE INDEX `kitline_item_id` ON `kit_lines` (`item_id`);
CREATE TABLE `lots` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `number` text NOT NULL,
  `expires_on` text NULL,
  `maker` text NULL,
  `status` text NOT NULL DEFAULT ('AVAILABLE'),
  `status_reason` text NULL,
  `status_since` datetime NULL,
  `item_id` text NOT NULL,
  `supplier_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `lots_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `lots_suppliers_supplier` FOREIGN KEY (`supplier_id`) REFERENCES `suppliers` (`id`) ON DELETE SET NULL
);
CREATE UNIQUE INDEX `lot_item_id_number` ON `lots` (`item_id`, `number`);
CREATE INDEX `lot_item_id_expires_on_id` ON `lots` (`item_id`, `expires_on`, `id`);
CREATE INDEX `lot_expires_on_id` ON `lots` (`expires_on`, `id`);
CREATE INDEX `lot_number` ON `lots` (`number`);
CREATE TABLE `par_levels` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `minimum` integer NOT NULL,
  `maximum` integer NOT NULL,
  `item_id` text NOT NULL,
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `par_levels_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `par_levels_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `parlevel_location_id_item_id` ON `par_levels` (`location_id`, `item_id`);
CREATE INDEX `parlevel_item_id` ON `par_levels` (`item_id`);
CREATE TABLE `purchase_orders` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `number` integer NOT NULL,
  `status` text NOT NULL DEFAULT ('DRAFT'),
  `note` text NULL,
  `close_reason` text NULL,
  `approved_at` datetime NULL,
  `approved_by` text NULL,
  `sent_at` datetime NULL,
  `closed_at` datetime NULL,
  `location_id` text NOT NULL,
  `supplier_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `purchase_orders_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `purchase_orders_suppliers_supplier` FOREIGN KEY (`supplier_id`) REFERENCES `suppliers` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `purchaseorder_number` ON `purchase_orders` (`number`);
CREATE INDEX `purchaseorder_location_id_number` ON `purchase_orders` (`location_id`, `number`);
CREATE INDEX `purchaseorder_status_number_id` ON `purchase_orders` (`status`, `number`, `id`);
CREATE INDEX `purchaseorder_number_id` ON `purchase_orders` (`number`, `id`);
CREATE INDEX `purchaseorder_supplier_id` ON `purchase_orders` (`supplier_id`);
CREATE TABLE `purchase_order_lines` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `pack_name` text NOT NULL,
  `pack_size` integer NOT NULL,
  `packs` integer NOT NULL,
  `received` integer NOT NULL DEFAULT (0),
  `price_minor` integer NULL,
  `position` integer NOT NULL DEFAULT (0),
  `order_id` text NOT NULL,
  `item_id` text NOT NULL,
  `pack_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `purchase_order_lines_purchase_orders_lines` FOREIGN KEY (`order_id`) REFERENCES `purchase_orders` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `purchase_order_lines_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `purchase_order_lines_item_packs_pack` FOREIGN KEY (`pack_id`) REFERENCES `item_packs` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `purchase_order_lines_packs` CHECK (packs >= 0 AND received >= 0)
);
CREATE INDEX `purchaseorderline_order_id_position_id` ON `purchase_order_lines` (`order_id`, `position`, `id`);
CREATE INDEX `purchaseorderline_item_id` ON `purchase_order_lines` (`item_id`);
CREATE INDEX `purchaseorderline_pack_id` ON `purchase_order_lines` (`pack_id`);
CREATE TABLE `stock_balances` (
  `id` text NOT NULL,
  `quantity` integer NOT NULL DEFAULT (0),
  `opened_at` datetime NULL,
  `beyond_use_at` datetime NULL,
  `lot_id` text NOT NULL,
  `item_id` text NOT NULL,
  `place_id` text NOT NULL,
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stock_balances_lots_balances` FOREIGN KEY (`lot_id`) REFERENCES `lots` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_balances_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_balances_storage_places_place` FOREIGN KEY (`place_id`) REFERENCES `storage_places` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_balances_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_balances_never_negative` CHECK (quantity >= 0)
);
CREATE UNIQUE INDEX `stockbalance_lot_id_place_id` ON `stock_balances` (`lot_id`, `place_id`);
CREATE INDEX `stockbalance_location_id_item_id` ON `stock_balances` (`location_id`, `item_id`);
CREATE INDEX `stockbalance_item_id` ON `stock_balances` (`item_id`);
CREATE INDEX `stockbalance_place_id` ON `stock_balances` (`place_id`);
CREATE TABLE `stock_movements` (
  `id` text NOT NULL,
  `kind` text NOT NULL,
  `quantity` integer NOT NULL,
  `balance` integer NOT NULL,
  `reason` text NULL,
  `act_id` text NULL,
  `reverses_id` text NULL,
  `pair_id` text NULL,
  `order_line_id` text NULL,
  `stocktake_id` text NULL,
  `cost_minor` integer NULL,
  `at` datetime NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `item_id` text NOT NULL,
  `lot_id` text NOT NULL,
  `place_id` text NOT NULL,
  `location_id` text NOT NULL,
  `patient_id` text NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stock_movements_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_movements_lots_lot` FOREIGN KEY (`lot_id`) REFERENCES `lots` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_movements_storage_places_place` FOREIGN KEY (`place_id`) REFERENCES `storage_places` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_movements_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_movements_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE SET NULL,
  CONSTRAINT `stock_movements_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `stock_movements_balance` CHECK (balance >= 0),
  CONSTRAINT `stock_movements_move` CHECK (quantity <> 0)
);
CREATE INDEX `stockmovement_at_id` ON `stock_movements` (`at`, `id`);
CREATE INDEX `stockmovement_item_id_at_id` ON `stock_movements` (`item_id`, `at`, `id`);
CREATE INDEX `stockmovement_lot_id_at_id` ON `stock_movements` (`lot_id`, `at`, `id`);
CREATE INDEX `stockmovement_location_id_at_id` ON `stock_movements` (`location_id`, `at`, `id`);
CREATE INDEX `stockmovement_place_id_lot_id` ON `stock_movements` (`place_id`, `lot_id`);
CREATE INDEX `stockmovement_act_id` ON `stock_movements` (`act_id`);
CREATE INDEX `stockmovement_patient_id` ON `stock_movements` (`patient_id`);
CREATE INDEX `stockmovement_visit_id` ON `stock_movements` (`visit_id`);
CREATE UNIQUE INDEX `stockmovement_reverses_id` ON `stock_movements` (`reverses_id`);
CREATE TABLE `stock_reservations` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `about` text NOT NULL,
  `quantity` integer NOT NULL,
  `status` text NOT NULL DEFAULT ('HELD'),
  `until` datetime NOT NULL,
  `item_id` text NOT NULL,
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stock_reservations_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_reservations_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `stockreservation_location_id_item_id_status` ON `stock_reservations` (`location_id`, `item_id`, `status`);
CREATE INDEX `stockreservation_about` ON `stock_reservations` (`about`);
CREATE INDEX `stockreservation_item_id` ON `stock_reservations` (`item_id`);
CREATE TABLE `stock_uses` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `quantity` integer NOT NULL,
  `status` text NOT NULL DEFAULT ('DONE'),
  `at` datetime NOT NULL,
  `actor_name` text NOT NULL,
  `location_id` text NOT NULL,
  `kit_id` text NULL,
  `item_id` text NULL,
  `patient_id` text NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stock_uses_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stock_uses_kits_kit` FOREIGN KEY (`kit_id`) REFERENCES `kits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `stock_uses_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE SET NULL,
  CONSTRAINT `stock_uses_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE SET NULL,
  CONSTRAINT `stock_uses_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL
);
CREATE INDEX `stockuse_patient_id_at_id` ON `stock_uses` (`patient_id`, `at`, `id`);
CREATE INDEX `stockuse_visit_id_at_id` ON `stock_uses` (`visit_id`, `at`, `id`);
CREATE INDEX `stockuse_location_id_at_id` ON `stock_uses` (`location_id`, `at`, `id`);
CREATE TABLE `stocktakes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `status` text NOT NULL DEFAULT ('OPEN'),
  `opened_at` datetime NOT NULL,
  `closed_at` datetime NULL,
  `location_id` text NOT NULL,
  `place_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stocktakes_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stocktakes_storage_places_place` FOREIGN KEY (`place_id`) REFERENCES `storage_places` (`id`) ON DELETE SET NULL
);
CREATE INDEX `stocktake_opened_at_id` ON `stocktakes` (`opened_at`, `id`);
CREATE INDEX `stocktake_location_id_opened_at_id` ON `stocktakes` (`location_id`, `opened_at`, `id`);
CREATE TABLE `stocktake_lines` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `expected` integer NOT NULL,
  `counted` integer NULL,
  `difference` integer NULL,
  `counted_at` datetime NULL,
  `counted_by` text NULL,
  `reason` text NULL,
  `stocktake_id` text NOT NULL,
  `item_id` text NOT NULL,
  `lot_id` text NOT NULL,
  `place_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stocktake_lines_stocktakes_lines` FOREIGN KEY (`stocktake_id`) REFERENCES `stocktakes` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stocktake_lines_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stocktake_lines_lots_lot` FOREIGN KEY (`lot_id`) REFERENCES `lots` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stocktake_lines_storage_places_place` FOREIGN KEY (`place_id`) REFERENCES `storage_places` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `stocktake_lines_counted` CHECK (counted >= 0)
);
CREATE UNIQUE INDEX `stocktakeline_stocktake_id_lot_id_place_id` ON `stocktake_lines` (`stocktake_id`, `lot_id`, `place_id`);
CREATE INDEX `stocktakeline_lot_id` ON `stocktake_lines` (`lot_id`);
CREATE INDEX `stocktakeline_item_id` ON `stocktake_lines` (`item_id`);
CREATE INDEX `stocktakeline_place_id` ON `stocktake_lines` (`place_id`);
CREATE TABLE `storage_places` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `kind` text NOT NULL DEFAULT ('SHELF'),
  `position` integer NOT NULL DEFAULT (0),
  `active` bool NOT NULL DEFAULT (true),
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `storage_places_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `storageplace_location_id_position_id` ON `storage_places` (`location_id`, `position`, `id`);
CREATE UNIQUE INDEX `storageplace_location_id_name` ON `storage_places` (`location_id`, `name`);
CREATE TABLE `suppliers` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `email` text NULL,
  `phone` text NULL,
  `line` text NULL,
  `account_number` text NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `supplier_name` ON `suppliers` (`name`);

-- Nothing of the stock is deleted.
CREATE TRIGGER stock_movements_stay BEFORE DELETE ON stock_movements BEGIN SELECT RAISE(ABORT, 'nothing of stock_movements is deleted'); END;
CREATE TRIGGER stock_balances_stay BEFORE DELETE ON stock_balances BEGIN SELECT RAISE(ABORT, 'nothing of stock_balances is deleted'); END;
CREATE TRIGGER lots_stay BEFORE DELETE ON lots BEGIN SELECT RAISE(ABORT, 'nothing of lots is deleted'); END;
CREATE TRIGGER stock_uses_stay BEFORE DELETE ON stock_uses BEGIN SELECT RAISE(ABORT, 'nothing of stock_uses is deleted'); END;
CREATE TRIGGER purchase_orders_stay BEFORE DELETE ON purchase_orders BEGIN SELECT RAISE(ABORT, 'nothing of purchase_orders is deleted'); END;
CREATE TRIGGER purchase_order_lines_stay BEFORE DELETE ON purchase_order_lines BEGIN SELECT RAISE(ABORT, 'nothing of purchase_order_lines is deleted'); END;
CREATE TRIGGER stocktakes_stay BEFORE DELETE ON stocktakes BEGIN SELECT RAISE(ABORT, 'nothing of stocktakes is deleted'); END;
CREATE TRIGGER stocktake_lines_stay BEFORE DELETE ON stocktake_lines BEGIN SELECT RAISE(ABORT, 'nothing of stocktake_lines is deleted'); END;

-- A line of the ledger is written once. It follows the chart of its patient alone, when charts are merged.
CREATE TRIGGER stock_movements_write_once BEFORE UPDATE ON stock_movements
WHEN OLD.patient_id IS NULL OR NEW.patient_id IS NULL OR NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.item_id IS NOT OLD.item_id OR NEW.lot_id IS NOT OLD.lot_id OR NEW.place_id IS NOT OLD.place_id OR NEW.location_id IS NOT OLD.location_id OR NEW.quantity IS NOT OLD.quantity OR NEW.balance IS NOT OLD.balance OR NEW.reason IS NOT OLD.reason OR NEW.visit_id IS NOT OLD.visit_id OR NEW.act_id IS NOT OLD.act_id OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.pair_id IS NOT OLD.pair_id OR NEW.order_line_id IS NOT OLD.order_line_id OR NEW.stocktake_id IS NOT OLD.stocktake_id OR NEW.cost_minor IS NOT OLD.cost_minor OR NEW.at IS NOT OLD.at OR NEW.actor_id IS NOT OLD.actor_id OR NEW.actor_name IS NOT OLD.actor_name
BEGIN SELECT RAISE(ABORT, 'a movement is written once'); END;
