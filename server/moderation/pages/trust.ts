// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PartnerIs, Trust } from '../../model/relation.ts'
import type { Translator } from '../../text/i18n.ts'

/** Each level, and what is not read before it is shown. */
export function trustOptions(t: Translator, is: PartnerIs, levels: readonly Trust[]) {
  return levels.map((value) => ({
    value,
    label: t(`partners.trust.${value}`),
    hint: t(is === 'source' ? `partners.trust.hint.source.${value}` : `partners.trust.hint.${value}`),
  }))
}
