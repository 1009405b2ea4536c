// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { locale, phone } from '../accounts/forms.ts'
import { code, codes, optionalEmail, optionalLines, optionalText, personName, text } from '../web/fields.ts'
import { RIGHTS, ROLES } from '../model/rights.ts'

const roles = codes((role) => (ROLES as readonly string[]).includes(role), 'people.error.roles')
const contact = {
  given_name: personName('people.error.given_name_missing'),
  family_name: personName('people.error.family_name_missing'),
  // A person may have no address; their hours are recorded for them.
  email: optionalEmail(),
  phone,
  locale,
}

export const inviteForm = z.object({ ...contact, roles, who: optionalText(64) })
export const contactForm = z.object(contact)
export const phoneForm = z.object({ phone })
/** `was`: mark of the note that the page showed. */
export const noteForm = z.object({ team_note: optionalLines(2000), was: optionalText(64) })
export const rolesForm = z.object({ roles })

const isRight = (word: string) => (RIGHTS as readonly string[]).includes(word)
/** A role that the association makes. */
export const roleForm = z.object({
  name: text(60, 'people.roles.error.name_missing'),
  rights: codes(isRight, 'people.roles.error.no_right', 1),
})
export const teamForm = z.object({ name: text(60, 'people.teams.error.name_missing') })
export const memberForm = z.object({ team: text(64, 'people.teams.error.none_chosen') })
/** `where`: '' or the id of a project or team. */
export const ownRoleForm = z.object({
  own_role: text(64, 'people.roles.error.none_chosen'),
  where: optionalText(64),
})

const anything = <const T extends string>(all: readonly [T, ...T[]], usual: T) =>
  code(all, 'error.field.unclear').catch(usual)

export const listQuery = z.object({
  who: anything(['active', 'team', 'invited', 'restricted', 'closed'], 'active'),
  /** The id of one; '' for everybody. */
  team: optionalText(64).catch(''),
  /** The same of a project. */
  project: optionalText(64).catch(''),
})
