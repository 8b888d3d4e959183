package visits
