// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Begun } from '../../../db/queries/waiting.ts'
import type { Translator } from '../../text/i18n.ts'

type Step = {
  key: 'phone' | 'mission' | 'territory' | 'offer' | 'members' | 'centre' | 'colleague'
  href: string
  isDone: boolean
}

/** What a new site needs before people come; null once all is done. */
export function firstSteps(t: Translator, row: AssociationRow, begun: Begun) {
  const isCentre = row.kind === 'centre'
  const steps: Step[] = [
    { key: 'phone', href: '/settings#contact', isDone: row.contact_phone !== '' },
    { key: 'mission', href: '/settings#who', isDone: Boolean(row.mission.fr || row.mission.en) },
    isCentre
      ? { key: 'territory', href: '/settings#territory', isDone: row.territory.length > 0 }
      : { key: 'offer', href: '/work/offers/new', isDone: begun.offer === 1 },
    { key: isCentre ? 'members' : 'centre', href: '/partners', isDone: begun.partner === 1 },
    { key: 'colleague', href: '/work/people/new', isDone: begun.colleague === 1 },
  ]
  const left = steps.filter(({ isDone }) => !isDone).length
  if (left === 0) return null
  return {
    lead: t.n('offers.first.lead', left),
    steps: steps.map(({ key, href, isDone }) => ({ href, isDone, text: t(`offers.first.${key}`) })),
  }
}
