// SPDX-License-Identifier: AGPL-3.0-or-later
// The cast: the same people in tests, demo, pictures and manual. All invented.
import { hash } from '@node-rs/argon2'
import { insertAssociation } from '../../db/queries/association.ts'
import { grantRole, insertPerson, nextMemberNumber } from '../../db/queries/people.ts'
import { record } from '../../db/queries/events.ts'
import type { Deps } from '../../server/deps.ts'
import { addDefaultCategories } from '../../server/hours/defaults.ts'
import { transact } from '../../server/web/transact.ts'
import type { Role } from '../../server/model/viewer.ts'
import { emailKey } from '../../server/web/fields.ts'

export const PASSWORD = 'mot-de-passe-de-test'
let hashed: string | undefined

const CAST = {
  amina: { given: 'Amina', family: 'Benali', roles: ['administrator'] },
  bastien: { given: 'Bastien', family: 'Moreau', roles: ['coordinator'] },
  chloe: { given: 'Chloé', family: 'Tremblay', roles: ['volunteer'] },
  david: { given: 'David', family: 'Roy', roles: ['volunteer'] },
  elise: { given: 'Élise', family: 'Garnier', roles: ['treasurer'] },
  farid: { given: 'Farid', family: 'Haddad', roles: ['moderator'] },
} as const satisfies Record<string, { given: string; family: string; roles: Role[] }>
export type Name = keyof typeof CAST
export const NAMES = Object.keys(CAST) as Name[]

export async function fillWorld(
  deps: Deps,
  options: { kind?: 'association' | 'centre' | 'both'; locale?: 'fr' | 'fr-CA' | 'en' },
): Promise<Record<Name, string>> {
  // Cheap on purpose: the strength of the hash is tested once, in accounts.
  hashed ??= await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 })
  const now = deps.clock.iso()
  const kind = options.kind ?? 'association'
  const centre = kind === 'centre'
  return transact(deps, async (tx) => {
    await insertAssociation(tx, {
      kind,
      handle: centre ? 'centre' : 'jardins',
      name: centre ? 'Centre du bénévolat de la Côte' : 'Les Jardins du Canal',
      mission: { fr: 'Un jardin partagé au bord du canal.', en: 'A shared garden by the canal.' },
      place_code: 'FR-21231',
      place_name: 'Dijon',
      region: 'FR-R27',
      country: 'FR',
      latitude: 47.32,
      longitude: 5.04,
      contact_name: 'Amina Benali',
      contact_email: 'contact@example.org',
      contact_phone: '03 80 00 00 00',
      contact_hours: 'du lundi au vendredi, de 9 h à 17 h',
      locale: options.locale ?? 'fr',
      locales: ['fr', 'fr-CA', 'en'],
      territory: centre ? ['FR-D21'] : [],
      created_at: now,
      updated_at: now,
    })
    const ids = {} as Record<Name, string>
    for (const [name, person] of Object.entries(CAST)) {
      const id = deps.newId()
      ids[name as Name] = id
      const email = `${name}@example.org`
      await insertPerson(tx, {
        id,
        member_number: await nextMemberNumber(tx),
        given_name: person.given,
        family_name: person.family,
        email,
        email_key: emailKey(email),
        email_verified_at: now,
        password_hash: hashed!,
        password_set_at: now,
        joined_on: now.slice(0, 10),
        created_at: now,
        updated_at: now,
      })
      for (const role of person.roles) await grantRole(tx, id, role, now, null)
    }
    await addDefaultCategories(tx, deps)
    await record(tx, { type: 'association.created', at: now })
    return ids
  })
}
