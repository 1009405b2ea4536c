// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers are also found by their days and times of day, by their languages, and by asking for no experience: the codes of
// what is listed already are made from its texts.
import type { Migration } from '../migrate.ts'

export const countFurtherFacets: Migration = {
  name: '202611291259-count-further-facets',
  sql: `
UPDATE listing_state SET codes = (
  SELECT json_group_array(code ORDER BY code) FROM (
    SELECT value AS code FROM json_each(listing_state.codes)
    UNION SELECT 'slot:' || value FROM json_each(l.content, '$.slots')
      WHERE substr(value || '-', 1, instr(value || '-', '-') - 1)
        IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday', 'holidays')
    UNION SELECT 'day:' || substr(value || '-', 1, instr(value || '-', '-') - 1) FROM json_each(l.content, '$.slots')
      WHERE substr(value || '-', 1, instr(value || '-', '-') - 1)
        IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday', 'holidays')
    UNION SELECT 'part:' || substr(value, instr(value, '-') + 1) FROM json_each(l.content, '$.slots')
      WHERE substr(value, instr(value, '-') + 1) IN ('morning', 'midday', 'afternoon', 'evening', 'night')
    UNION SELECT 'language:' || value FROM json_each(l.content, '$.language')
    UNION SELECT 'easy:yes' WHERE json_array_length(l.content, '$.skills') = 0
  )
) FROM listings l WHERE l.id = listing_state.id;
`,
}
