import * as v from 'valibot';

/*
 * The keys of the Open Data Contract Standard that inform people and other tools. Nothing here reads them, but they
 * must be what the standard says: a contract that passes here is to pass anywhere.
 */
export const text = v.optional(v.string());
const texts = v.optional(v.array(v.string()));
const scalar = v.union([v.string(), v.number(), v.boolean(), v.null()]);
export const stableId = v.optional(
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/, 'must be made of letters, digits, _ and -')),
);

export const customProperties = v.optional(
  v.array(v.strictObject({ id: stableId, property: v.string(), value: v.any(), description: text })),
  [],
);
const authoritativeDefinitions = v.optional(
  v.array(v.strictObject({ id: stableId, url: v.string(), type: v.string(), description: text })),
);

export const described = {
  id: stableId,
  name: text,
  description: text,
  tags: texts,
  customProperties,
  authoritativeDefinitions,
};

export const ofQuality = {
  dimension: v.optional(
    v.picklist([
      'accuracy',
      'completeness',
      'conformity',
      'consistency',
      'coverage',
      'timeliness',
      'uniqueness',
    ]),
  ),
  method: text,
  businessImpact: text,
  scheduler: text,
  schedule: text,
};

const flag = v.optional(v.boolean());
export const position = v.optional(v.pipe(v.number(), v.integer()));

export const ofProperty = {
  businessName: text,
  physicalName: text,
  partitioned: flag,
  partitionKeyPosition: position,
  classification: text,
  encryptedName: text,
  transformSourceObjects: texts,
  transformLogic: text,
  transformDescription: text,
  examples: v.optional(v.array(v.any())),
  criticalDataElement: flag,
};

export const ofTable = {
  physicalName: text,
  physicalType: text,
  businessName: text,
  dataGranularityDescription: text,
};

export const role = v.strictObject({
  id: stableId,
  role: v.string(),
  description: text,
  access: text,
  firstLevelApprovers: text,
  secondLevelApprovers: text,
  customProperties,
});
const member = v.strictObject({
  id: stableId,
  username: v.string(),
  name: text,
  description: text,
  role: text,
  dateIn: text,
  dateOut: text,
  replacedByUsername: text,
  tags: texts,
  customProperties,
  authoritativeDefinitions,
});

export const ofContract = {
  tenant: text,
  domain: text,
  dataProduct: text,
  description: v.optional(
    v.looseObject({
      usage: text,
      purpose: text,
      limitations: text,
      authoritativeDefinitions,
      customProperties,
    }),
  ),
  name: text,
  tags: texts,
  authoritativeDefinitions,
  team: v.optional(
    v.union([
      v.array(member),
      v.strictObject({
        id: stableId,
        name: text,
        description: text,
        members: v.optional(v.array(member)),
        tags: texts,
        customProperties,
        authoritativeDefinitions,
      }),
    ]),
  ),
  support: v.optional(
    v.array(
      v.strictObject({
        id: stableId,
        channel: v.string(),
        url: text,
        description: text,
        tool: text,
        scope: text,
        invitationUrl: text,
        customProperties,
      }),
    ),
  ),
  price: v.optional(
    v.strictObject({
      id: stableId,
      priceAmount: v.optional(v.number()),
      priceCurrency: text,
      priceUnit: text,
    }),
  ),
  roles: v.optional(v.array(role)),
  slaDefaultElement: text,
  slaProperties: v.optional(
    v.array(
      v.strictObject({
        id: stableId,
        property: v.string(),
        value: scalar,
        valueExt: v.optional(scalar),
        unit: text,
        element: text,
        driver: text,
        description: text,
        scheduler: text,
        schedule: text,
      }),
    ),
  ),
  contractCreatedTs: text,
};
