//! Security schemes and what asks for them, and base URLs.

use openapiv3 as v3;

use super::Lowering;
use crate::contract::{Flow, Requirement, SecurityKind, SecurityScheme, Server, ServerVariable};
use crate::document::Pointer;

impl Lowering<'_> {
    /// The schemes that 3.0 has, by name.
    pub(super) fn security_schemes(&mut self) -> Vec<(String, v3::SecurityScheme)> {
        let schemes = &self.contract.security_schemes;
        schemes.iter().filter_map(|one| Some((one.name.clone(), self.security_scheme(one)?))).collect()
    }

    fn security_scheme(&mut self, scheme: &SecurityScheme) -> Option<v3::SecurityScheme> {
        let description = scheme.description.clone();
        let extensions = self.beyond([&scheme.extensions]);
        let (location, name) = match &scheme.kind {
            SecurityKind::Header(name) => (v3::APIKeyLocation::Header, name),
            SecurityKind::Query(name) => (v3::APIKeyLocation::Query, name),
            SecurityKind::Cookie(name) => (v3::APIKeyLocation::Cookie, name),
            SecurityKind::Basic | SecurityKind::Bearer | SecurityKind::Scheme(_) => {
                let scheme_name = match &scheme.kind {
                    SecurityKind::Basic => "basic",
                    SecurityKind::Scheme(name) => name,
                    _ => "bearer",
                };
                let bearer_format = scheme.bearer_format.clone();
                let scheme = scheme_name.to_owned();
                return Some(v3::SecurityScheme::HTTP { scheme, bearer_format, description, extensions });
            }
            SecurityKind::OAuth2 => {
                let mut flows = v3::OAuth2Flows::default();
                scheme.flows.iter().for_each(|flow| self.flow(scheme, flow, &mut flows));
                return Some(v3::SecurityScheme::OAuth2 { flows, description, extensions });
            }
            SecurityKind::OpenIdConnect => match scheme.open_id_connect_url.clone() {
                Some(open_id_connect_url) => {
                    return Some(v3::SecurityScheme::OpenIDConnect { open_id_connect_url, description, extensions });
                }
                None => return self.lost(scheme, "openIdConnect", "it does not say where it is described"),
            },
            SecurityKind::MutualTls => return self.lost(scheme, "mutualTLS", "3.0 has no certificates of the caller"),
            SecurityKind::Other(kind) => return self.lost(scheme, kind, "3.0 has no such kind of scheme"),
        };
        Some(v3::SecurityScheme::APIKey { location, name: name.clone(), description, extensions })
    }

    fn lost(&mut self, scheme: &SecurityScheme, kind: &str, reason: &'static str) -> Option<v3::SecurityScheme> {
        self.lose(&scheme.pointer, kind, reason);
        None
    }

    /// One way of OAuth 2 to get a token, where it has the addresses that 3.0 demands of it.
    fn flow(&mut self, scheme: &SecurityScheme, flow: &Flow, flows: &mut v3::OAuth2Flows) {
        let url = |name: &str| flow.urls.iter().find(|(key, _)| *key == name).map(|(_, url)| url.clone());
        let scopes = || flow.scopes.iter().cloned().collect();
        let (extensions, refresh_url) = (|| self.beyond([&flow.extensions]), || url("refreshUrl"));
        let (authorization, token) = (url("authorizationUrl"), url("tokenUrl"));
        match (flow.name.as_str(), authorization, token) {
            ("implicit", Some(authorization_url), _) => {
                let (refresh_url, scopes, extensions) = (refresh_url(), scopes(), extensions());
                flows.implicit = Some(v3::ImplicitOAuth2Flow { authorization_url, refresh_url, scopes, extensions });
            }
            ("password", _, Some(token_url)) => {
                let (refresh_url, scopes, extensions) = (refresh_url(), scopes(), extensions());
                flows.password = Some(v3::PasswordOAuth2Flow { refresh_url, token_url, scopes, extensions });
            }
            ("clientCredentials", _, Some(token_url)) => {
                let (refresh_url, scopes, extensions) = (refresh_url(), scopes(), extensions());
                let flow = v3::ClientCredentialsOAuth2Flow { refresh_url, token_url, scopes, extensions };
                flows.client_credentials = Some(flow);
            }
            ("authorizationCode", Some(authorization_url), Some(token_url)) => {
                let (refresh_url, scopes, extensions) = (refresh_url(), scopes(), extensions());
                flows.authorization_code = Some(v3::AuthorizationCodeOAuth2Flow {
                    authorization_url,
                    token_url,
                    refresh_url,
                    scopes,
                    extensions,
                });
            }
            (name, ..) => {
                let reason = "3.0 has no such flow, or demands an address that it does not have";
                self.lose(&scheme.pointer.join("flows").join(name), name, reason);
            }
        }
    }

    /// Alternatives of credentials. Schemes that are not in the export are not asked for.
    pub(super) fn requirements(&mut self, any_of: &[Requirement], at: &Pointer) -> Vec<v3::SecurityRequirement> {
        let mut exported = Vec::new();
        for all in any_of {
            let (kept, gone): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|(name, _)| self.schemes.contains(name));
            for (name, _) in gone {
                self.lose(&at.join("security"), &name, "its scheme is not in the export: nothing asks for it");
            }
            exported.push(kept.into_iter().collect());
        }
        exported
    }

    /// A base URL.
    pub(super) fn server(&self, server: &Server) -> v3::Server {
        let variable = |one: &ServerVariable| {
            let enumeration = one.values.clone().unwrap_or_default();
            let default = one.default.clone().or_else(|| enumeration.first().cloned()).unwrap_or_default();
            // The model writes null for none, which 3.0 does not allow.
            let description = Some(one.description.clone().unwrap_or_default());
            let extensions = self.beyond([&one.extensions]);
            (one.name.clone(), v3::ServerVariable { default, enumeration, description, extensions })
        };
        let variables = (!server.variables.is_empty()).then(|| server.variables.iter().map(variable).collect());
        let description = server.description.clone();
        v3::Server { url: server.url.clone(), description, variables, extensions: self.beyond([&server.extensions]) }
    }
}
