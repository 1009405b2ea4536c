// SPDX-License-Identifier: AGPL-3.0-or-later
import { contentHash } from '../../server/model/offer/material.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent, OfferStanding, PublicOffer } from '../../server/model/offer/content.ts'

export const CONTEURS = {
  uri: 'https://conteurs.example/actor',
  name: 'Les Conteurs de la Saône',
  url: 'https://conteurs.example/',
  summary: 'Nous lisons des histoires aux enfants.',
  role: 'association',
} as const

type Parts = {
  /** Last part of the address. */
  name?: string
  revision?: number
  updatedAt?: string
  association?: { uri: string; name: string; url: string }
  content?: Partial<OfferContent>
  standing?: Partial<OfferStanding>
}

export function samplePublicOffer(parts: Parts = {}): PublicOffer {
  const association = parts.association ?? CONTEURS
  const content: OfferContent = { ...CONTENT, ...parts.content }
  const uri = `${new URL(association.uri).origin}/offers/${parts.name ?? 'lecture'}`
  return {
    uri,
    url: uri,
    revision: parts.revision ?? 1,
    content_hash: contentHash(content),
    published_at: '2026-11-20T08:00:00.000Z',
    updated_at: parts.updatedAt ?? '2026-11-20T08:00:00.000Z',
    content,
    standing: {
      applications: 'open',
      status: 'confirmed',
      remaining: content.capacity,
      publish_from: '2026-11-20T08:00:00.000Z',
      publish_until: '2026-12-20T23:00:00.000Z',
      ...parts.standing,
    },
    association: { uri: association.uri, name: association.name, url: association.url, mission: 'Lire ensemble.' },
  }
}

const CONTENT: OfferContent = {
  ...emptyContent(),
  title: { fr: 'Lire des histoires à l’école Prévert' },
  summary: { fr: 'Une demi-heure de lecture à voix haute, le vendredi.' },
  context: { fr: 'L’école n’a pas de bibliothèque.' },
  tasks: { fr: ['Choisir un livre avec la maîtresse', 'Lire à voix haute pour six enfants'] },
  profile: { fr: 'Toute personne qui aime lire.' },
  support: { fr: 'Quelqu’un vous accompagne les deux premières fois.' },
  causes: ['education'],
  activities: ['literacy'],
  beneficiaries: ['children'],
  skills: ['patience'],
  benefits: ['buddy'],
  commitment: 'regular',
  frequency: 'weekly',
  minutes_per_session: 45,
  slots: ['friday-afternoon'],
  work_mode: 'on_site',
  places: [
    {
      code: 'FR-21231',
      label: 'École Prévert',
      name: 'Dijon',
      region: 'FR-R27',
      department: 'FR-D21',
      country: 'FR',
      postalCode: '21000',
      street: null,
      latitude: 47.32,
      longitude: 5.04,
      precision: 'municipality',
    },
  ],
  capacity: 4,
  group_ok: false,
  min_age: 18,
  accessible: 'yes',
  contact_label: 'La personne qui coordonne les lectures',
  language: ['fr'],
}
