// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfferContent } from '../../model/offer/content.ts'
import { HINT_PARTS, hintsOn } from '../../model/offer/hints.ts'
import type { Translator } from '../../text/i18n.ts'
import { FOLDED } from './form.ts'

/** The folded part of the form in which a field stands; undefined for one that is always seen. */
export function partOf(field: string): keyof typeof FOLDED | undefined {
  const name = field.replace(/_(?:fr|en)$/, '')
  if (name === 'accessible') return 'place'
  const parts = Object.keys(FOLDED) as (keyof typeof FOLDED)[]
  return parts.find((part) => FOLDED[part].some((one) => one === name))
}

/**
 * How much of what people want to know the offer says, and what else it could say, each with the way to its field.
 * @param where `form`: on the form itself, where a link must not load the page again, because of what was typed.
 */
export function hintsOf(
  t: Translator,
  { id, content }: { id: string; content: OfferContent },
  usual: 'fr' | 'en',
  where: 'form' | 'page',
) {
  const hints = hintsOn(content, usual)
  const met = hints.filter(({ isMet }) => isMet).length
  const edit = `/work/offers/${id}/edit`
  const addressOf = (field: string) => {
    if (field === 'pictures') return `/work/offers/${id}/pictures`
    const part = partOf(field)
    if (where === 'form') return part ? `#p-${part}` : `#f-${field}`
    return `${edit}${part ? `?open=${part}` : ''}#f-${field}`
  }
  const open = hints.filter(({ isMet }) => !isMet)
  return {
    said:
      open.length === 0
        ? t('offers.hint.all')
        : t('offers.hint.said', { met: t.number(met), all: t.number(hints.length) }),
    met,
    all: hints.length,
    parts: HINT_PARTS.map((part) => ({
      heading: t(`offers.hint.part.${part}`),
      hints: open
        .filter((hint) => hint.part === part)
        .map(({ name, field }) => ({ text: t(`offers.hint.of.${name}`), href: addressOf(field) })),
    })).filter((part) => part.hints.length > 0),
  }
}
