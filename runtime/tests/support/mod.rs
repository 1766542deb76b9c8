//! A crate as the generator would emit it, for a made-up API.
//! It uses every feature of the macros once.
#![allow(dead_code, deprecated, missing_docs, unreachable_pub)]

pub mod log;

use kontrakt_runtime::{Api, Envelope, ErrorFields, Jobs, Limits, Paging, client};

pub const API: Api = Api {
    name: "sample",
    version: "1.2.3",
    base_url: "https://{shop}.example.com",
    envelope: Envelope {
        errors: Some("errors"),
        error_fields: ErrorFields { code: "errorCode", message: "message", instance: "instance" },
        request_id: Some("metadata/requestId"),
        request_id_header: Some("X-Request-ID"),
        values: &["data"],
        ..Envelope::DEFAULT
    },
    paging: Some(Paging {
        page: "page",
        current: "data/paginator/page",
        pages: "data/paginator/pageCount",
        total: "data/paginator/totalCount",
    }),
    limits: Limits {
        concurrency: 3,
        bucket: "X-RateLimit-Bucket-Filling",
        bucket_per_second: 10,
        budgets: &["X-Rate-Limit-Hour-Remaining", "X-Rate-Limit-Day-Remaining"],
        ..Limits::DEFAULT
    },
    expired_token: Some("expired-token"),
    jobs: Some(Jobs {
        detail: "/api/system/jobs/{id}",
        job: "data/job",
        id: "data/jobId",
        status: "status",
        pending: &["pending", "running"],
        completed: "completed",
        result_url: "resultUrl",
        log: "log",
        polls: 10,
        waits: &[4, 10, 25, 63, 156, 391, 977, 2441, 6104, 15259],
    }),
    ..Api::DEFAULT
};

client! {
    /// Client of the sample API.
    pub Client / ClientBuilder: API,
    credentials {
        /// Token of one shop.
        token: header("X-Token"),
        /// User and key.
        login: basic(),
        /// Bearer token.
        bearer: bearer(),
        /// Key in the query.
        key: query("key"),
    }
    variables {
        /// Name of the shop.
        shop,
    }
    resources {
        /// Orders.
        orders: orders::Orders,
    }
}

pub mod types {
    use kontrakt_runtime::{
        CompactDateTime, Fixed, LocalDateTime, Map, Number, Patch, Scalar, closed_enum, open_enum, record, union,
    };

    record! {
        /// An order.
        #[non_exhaustive]
        pub struct Order: open {
            /// Code.
            pub code: String = required("code"),
            /// When it was made.
            pub created: CompactDateTime = required("creationTime"),
            pub price: Price = required("price"),
            pub note: Option<String> = required("note"),
            pub phone: Option<String> = optional("phone"),
            pub status: Option<Status> = optional("status"),
            pub transfer: Option<Number> = required("tranfer", "transfer"),
            pub valid_to: Option<ValidTo> = optional("validTo"),
            pub labels: Map<String> = required("labels"),
            pub parent: Option<Box<Order>> = optional("parent"),
            #[deprecated]
            pub weight: Option<Scalar> = optional("weight"),
        }
    }

    record! {
        /// A price.
        pub struct Price {
            pub to_pay: Fixed<2> = required("toPay"),
            pub vat: Option<Fixed<2>> = required("vat"),
        }
    }

    record! {
        /// A change of an order.
        #[derive(Default)]
        pub struct OrderUpdate {
            pub note: Patch<String> = optional("note"),
            pub paid: Option<bool> = optional("paid"),
            pub price: Patch<Fixed<2>> = optional("price"),
        }
    }

    record! {
        /// What became of one order.
        pub struct Created {
            pub code: String = required("code"),
            pub done: bool = required("done"),
        }
    }

    open_enum! {
        /// Status of an order.
        pub enum Status: text {
            /// New.
            New = "new",
            /// Done.
            Done = "done",
        }
    }

    closed_enum! {
        /// How a list is sorted.
        pub enum Sort: text {
            /// Oldest first.
            Oldest = "creationTime:asc",
            /// Newest first.
            Newest = "creationTime:desc",
        }
    }

    record! {
        /// A time as PHP dumps it.
        pub struct PhpDateTime {
            pub date: LocalDateTime = required("date"),
            pub timezone: String = required("timezone"),
        }
    }

    union! {
        /// When something ends.
        pub enum ValidTo {
            /// A time.
            Time(CompactDateTime),
            /// A time as PHP dumps it.
            Php(PhpDateTime),
            /// A number of days.
            Days(i64),
        }
    }
}

pub mod orders {
    use super::types::{Created, Order, OrderUpdate, Sort};
    use kontrakt_runtime::{CompactDateTime, Download, Job, Json, Map, operation, resource};

    resource! {
        /// Orders.
        pub Orders
    }

    operation! {
        /// Lists orders.
        ///
        /// `GET /api/orders`
        Orders::list() -> ListOrders {
            id: "getOrders",
            call: GET "/api/orders",
            pages: Order = "data/orders",
            options {
                /// Number of the page.
                page: u32 = query("page"),
                /// Created since.
                created_since: CompactDateTime = query("creationTimeFrom"),
                sort: Sort = query("sort"),
                codes: &[&str] = joined("codes", ";"),
                ids: &[i64] = query("ids[]"),
                filter: &[OrderUpdate] = query_json("filter[]"),
                paid: bool = flag("paid"),
                language: &str = header("Accept-Language"),
            }
        }
    }

    operation! {
        /// Reads one order.
        Orders::get(code: &str = path("code")) -> GetOrder {
            id: "getOrder",
            call: GET "/api/orders/{code}",
            answer: Order = "data/order",
            options {
                include: &str = query("include"),
            }
        }
    }

    operation! {
        /// Creates an order.
        Orders::create(body: &OrderUpdate = json("data")) -> Call<Order> {
            id: "createOrder",
            call: POST "/api/orders",
            value: "data/order",
        }
    }

    operation! {
        /// Changes an order.
        #[deprecated = "use something else"]
        Orders::update(code: &str = path("code"), body: &OrderUpdate = json("data")) -> UpdateOrder {
            id: "updateOrder",
            call: PATCH "/api/orders/{code}",
            answer: () = "",
            options {
                #[deprecated]
                silent: bool = query("silent"),
            }
        }
    }

    operation! {
        /// Changes many orders.
        Orders::update_many(orders: &[OrderUpdate] = json("orders"), silent: &bool = json("silent")) -> Call<Map<i64>> {
            id: "updateOrders",
            call: PUT "/api/orders",
            value: "",
            promise: Bare,
        }
    }

    operation! {
        /// Deletes by a call that looks harmless.
        Orders::delete(id: i64 = query("id")) -> Call<Vec<String>> {
            id: "deleteOrder",
            call: GET "/api/orders/delete/",
            value: "data",
            repeat: Never,
        }
    }

    operation! {
        /// Deletes many.
        Orders::delete_many(codes: &[&str] = joined("codes", ";")) -> DeleteOrders {
            id: "deleteOrders",
            call: DELETE "/api/orders",
            list: Json = "orders",
            split: kontrakt_runtime::bulk::Outcomes<Created> = {
                limit: 100, outcome: ["done"], messages: "messages", errors: [],
                list: Query("codes", ";") { answers: Some("orders"), keys: ["code"] },
            },
        }
    }

    operation! {
        /// Creates many.
        Orders::create_many(orders: &[OrderUpdate] = json("orders"), silent: &bool = json("silent")) -> CreateOrders {
            id: "createOrders",
            call: POST "/api/orders/many",
            list: Created = "orders",
            split: kontrakt_runtime::bulk::Outcomes<Created> = {
                limit: 100, outcome: ["done"], messages: "messages", errors: [],
                list: Body("orders") { answers: Some("orders"), keys: [] },
            },
            options {
                /// Has a name that means something else elsewhere.
                bulk: bool = query("bulk"),
            }
        }
    }

    operation! {
        /// Orders by their codes, all of them.
        Orders::by_code() -> OrdersByCode {
            id: "getOrdersByCode",
            call: GET "/api/orders/by-code",
            map: Order = "data",
            options {
                include: &str = query("include"),
            }
        }
    }

    operation! {
        /// The first order of all.
        Orders::first() -> Call<Order> {
            id: "getFirstOrder",
            call: GET "/api/orders/first",
            value: "data/orders/0",
        }
    }

    operation! {
        /// Anybody may look at the terms.
        Orders::terms() -> Call<Json> {
            id: "getTerms",
            call: GET "/api/terms",
            value: "",
            security: [],
        }
    }

    operation! {
        /// Needs a bearer token, or user and key in the query.
        Orders::export() -> ExportOrders {
            id: "exportOrders",
            call: GET "/api/orders/export",
            answer: Json = "",
            repeat: Safe,
            security: [["bearer"], ["login", "key"]],
            options {
                page: u32 = query("page"),
            }
        }
    }

    operation! {
        /// The order as a document.
        Orders::pdf(code: &str = path("code")) -> Call<Download> {
            id: "getOrderPdf",
            call: GET "/api/orders/{code}/pdf",
            value: "",
        }
    }

    operation! {
        /// All orders, by way of a job.
        Orders::snapshot() -> Call<Job<Order>> {
            id: "getOrdersSnapshot",
            call: GET "/api/orders/snapshot",
            value: "data/jobId",
        }
    }
}
