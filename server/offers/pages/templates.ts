// SPDX-License-Identifier: AGPL-3.0-or-later
import { compareNames } from '../../../db/plain.ts'
import type { TemplateRow } from '../../../db/queries/offer-templates.ts'
import type { StartingPoint } from '../../../db/reference/offer-templates.ts'
import { withArticle } from '../../text/wording.ts'
import { labels, whenText, type Wording } from '../../public-offer/words.ts'

type Start = Pick<StartingPoint, 'id' | 'name' | 'content'>

export function templatesOf(
  view: Wording,
  {
    own,
    ofCentres,
    starters,
  }: {
    own: readonly TemplateRow[]
    ofCentres: readonly (Start & { centre: string })[]
    starters: readonly StartingPoint[]
  },
) {
  const line = ({ id, name, content }: Start) => ({
    name,
    about: view.t.list(labels(view, 'activity', content.activities)),
    when: whenText(view, content),
    start: `/work/offers/new?template=${id}`,
    edit: `/work/offers/templates/${id}`,
  })
  return {
    title: view.t('offers.templates.title'),
    own: own.toSorted((one, other) => compareNames(one.name, other.name)).map(line),
    centres: [...new Set(ofCentres.map(({ centre }) => centre))].map((name) => ({
      heading: view.t('offers.templates.of_centre', { name: withArticle(name, view.t.locale) }),
      items: ofCentres.filter(({ centre }) => centre === name).map(line),
    })),
    starters: starters.map(line),
  }
}
