// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPerson } from '../../db/queries/people.ts'
import { fullName } from '../model/person.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { MailName } from '../text/message-keys.ts'
import type { Notice, Notices } from './notices.ts'

type Safety = 'person.password_changed' | 'person.second_factor_on' | 'person.second_factor_off'

const mailAbout =
  (template: MailName): Notice<Safety> =>
  async (tx, deps, event) => {
    const person = await findPerson(tx, event.subjectId)
    if (!person || person.disabled_at) return
    await enqueueMail(tx, deps, {
      dedupe: `event:${event.seq}:${template}`,
      to: person.email,
      name: fullName(person),
      locale: person.locale,
      template,
      params: { name: person.given_name, link: `${deps.config.publicUrl}/password/forgot` },
    })
  }

export const peopleNotices: Notices = {
  'person.password_changed': mailAbout('accounts/password-changed'),
  'person.second_factor_on': mailAbout('accounts/second-factor-on'),
  'person.second_factor_off': mailAbout('accounts/second-factor-off'),
}
