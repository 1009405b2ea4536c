// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Centre } from '../../../db/queries/submissions.ts'
import { telephoneLink } from '../../model/telephone.ts'

/** Who answers at each centre; those that say neither person nor telephone are left out. */
export function centreContacts(centres: readonly Centre[]) {
  return centres
    .filter(({ contact_name, contact_phone }) => contact_name !== '' || contact_phone !== '')
    .map(({ id, name, contact_name, contact_phone, contact_hours }) => ({
      href: `/partners/${id}`,
      name,
      who: contact_name,
      phone: contact_phone && { text: contact_phone, href: telephoneLink(contact_phone) },
      hours: contact_hours,
    }))
}
