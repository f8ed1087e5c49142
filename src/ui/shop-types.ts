import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../api/app-router.ts';

type Outputs = inferRouterOutputs<AppRouter>;

export type Product = Outputs['catalogue']['list'][number];
export type Cart = Outputs['cart']['get'];
export type CartLine = Cart['lines'][number];
export type Checkout = Outputs['checkout']['get'];
export type Delivery = Checkout['delivery'];
export type Order = Outputs['orders']['get'];
export type PlacedOrder = Outputs['checkout']['placeOrder'];
