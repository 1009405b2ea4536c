// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Translator } from '../text/i18n.ts'
import type { Form } from '../web/forms.ts'
import { SOMEBODY_ELSE } from './commands/add.ts'

/** The answers to « Qui est-ce ? », when a command asked it; else none. */
export function whoOptions({ errors }: Form, t: Translator) {
  const asked = errors.who
  if (typeof asked !== 'object' || !asked.params) return []
  const { id = '', name = '', number = '' } = asked.params
  return [
    { value: String(id), label: t('people.who.same', { name, number }) },
    { value: SOMEBODY_ELSE, label: t('people.who.somebody_else') },
  ]
}
