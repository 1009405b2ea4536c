// SPDX-License-Identifier: AGPL-3.0-or-later
import type { EnquiryRow } from '../../../db/queries/enquiries.ts'
import { label, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'

const KINDS = { unconfirmed: '', new: 'wait', in_contact: 'wait', placed: 'ok', ended: '' } as const

export const stateOf = ({ state }: Pick<EnquiryRow, 'state'>, t: Translator) => ({
  kind: KINDS[state],
  label: t(`enquiries.state.${state}`),
})

const listed = (wording: Wording, list: 'cause' | 'weekday' | 'part_of_day', codes: readonly string[]): string =>
  wording.t.list(codes.map((code) => label(wording, list, code)))

export const causesOf = (wording: Wording, { causes }: EnquiryRow): string => listed(wording, 'cause', causes)

export const whenOf = (wording: Wording, { days, parts }: EnquiryRow): string =>
  [listed(wording, 'weekday', days), listed(wording, 'part_of_day', parts)].filter(Boolean).join(' · ')

/** What the person would like, when and where, in words; a line without a value is left out. */
export function wishLines(wording: Wording, enquiry: EnquiryRow) {
  const { t } = wording
  const lines = [
    { icon: 'search', label: t('enquiries.label.causes'), value: causesOf(wording, enquiry) },
    { icon: 'clock', label: t('enquiries.label.when'), value: whenOf(wording, enquiry) },
    { icon: 'place', label: t('enquiries.label.where'), value: enquiry.place_name },
  ]
  return lines.filter(({ value }) => value !== '')
}
