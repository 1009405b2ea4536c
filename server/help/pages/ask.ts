// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PersonRow } from '../../../db/queries/people.ts'
import { HELP_MONTHS } from '../../model/help.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel } from '../../text/render.ts'
import { TRAP } from '../../web/fields.ts'
import { emptyForm, type Form } from '../../web/forms.ts'

/** The whole that is sent besides what is typed is shown, so that nobody wonders. */
export function askPage(t: Translator, form: Form): PageModel {
  const { page, reference } = form.values
  return {
    title: t('help.ask.title'),
    robots: 'noindex',
    form,
    trap: TRAP,
    months: HELP_MONTHS,
    about: page ? t('help.ask.page', { page: String(page) }) : '',
    code: reference ? t('help.ask.reference', { reference: String(reference) }) : '',
  }
}

type Known = { page: string; reference: string; form_id: string }

/** @param person who is signed in. */
export function knownForm(person: PersonRow | undefined, known: Known): Form {
  const own = person ? { name: fullName(person), email: person.email, phone: person.phone } : {}
  return emptyForm({ ...own, ...known })
}
