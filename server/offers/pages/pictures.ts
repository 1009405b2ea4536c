// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { OfferFile } from '../../../db/queries/offer-files.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import { fileIdOf, type ShownPicture } from '../../public-offer/pictures.ts'
import { sheetText } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Form } from '../../web/forms.ts'
import { languagesOf } from '../forms.ts'
import { titleOf } from './words.ts'

type View = { t: Translator; offer: OfferRow; association: AssociationRow }
/** `of`: the picture to whose texts `form` belongs; '' for the form of a new one. `kept`: its file, when that is good. */
type Shown = {
  shown: ShownPicture[]
  form: Form | undefined
  of: string
  sheetForm: Form | undefined
  kept: OfferFile | undefined
}

export function picturesPage({ t, offer, association }: View, { shown, form, of, sheetForm, kept }: Shown) {
  const { content } = offer
  const languages = languagesOf(content, association.locale)
  const alts = languages.map((language) => ({
    name: `alt_${language}`,
    label:
      languages.length === 1
        ? t('offers.pictures.alt')
        : t('offers.form.in_language', { label: t('offers.pictures.alt'), language: t(`offers.language.${language}`) }),
    lang: language === t.locale.slice(0, 2) ? '' : language,
  }))
  const fresh: Form = form && of === '' ? form : { values: {}, errors: {} }
  return {
    title: t('offers.pictures.title', { offer: titleOf(t, content).text }),
    back: `/work/offers/${offer.id}`,
    base: `/work/offers/${offer.id}/pictures`,
    faults: form ?? sheetForm ?? null,
    faultsOf: of,
    alts,
    longest: FIELDS.pictures.longest,
    isPublished: offer.state !== 'draft',
    pictures: content.pictures.map((picture, at) => {
      const id = fileIdOf(picture.url)
      const values = { file: id, alt_fr: picture.alt.fr ?? '', alt_en: picture.alt.en ?? '' }
      return {
        id,
        number: at + 1,
        image: shown.find(({ url }) => url === picture.url) ?? null,
        isFirst: at === 0,
        form: form && of === id ? form : { values, errors: {} },
      }
    }),
    add: content.pictures.length < FIELDS.pictures.most ? fresh : null,
    sheetForm: sheetForm ?? { values: {}, errors: {} },
    sheet: content.sheet && { text: sheetText({ t }, content.sheet), href: `/media/${fileIdOf(content.sheet.url)}` },
    kept: kept ? { id: kept.id, src: `/media/${kept.id}`, width: kept.width, height: kept.height } : null,
  }
}
