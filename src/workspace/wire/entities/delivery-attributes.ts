const written = ['code', 'description', 'expires', 'message', 'metadata', 'name', 'status'] as const

const delivery = {
  read: [
    'code',
    'created',
    'creator',
    'creator_hr',
    'description',
    'expires',
    'finished',
    'id',
    'message',
    'metadata',
    'modified',
    'modifier',
    'modifier_hr',
    'name',
    'public',
    'status',
    'type',
    'uri',
    'user',
    'user_hr',
  ],
  create: [...written, 'files', 'invite', 'public', 'queue', 'recipients', 'tasks'],
  update: [...written],
} as const

/** What scripts can read, give and change of deliveries and requests. */
export const deliveryAttributes = {
  Delivery: delivery,
  Request: {
    ...delivery,
    read: [...delivery.read, 'destination'],
    create: [...delivery.create, 'destination'],
  },
} as const
