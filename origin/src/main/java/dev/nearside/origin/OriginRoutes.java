package dev.nearside.origin;

import dev.nearside.kit.time.Time;
import dev.nearside.origin.api.Catalogue;
import dev.nearside.origin.api.Clock;
import dev.nearside.origin.api.Echo;
import dev.nearside.origin.api.Json;
import dev.nearside.origin.content.Site;
import dev.nearside.origin.dial.DialEndpoint;
import dev.nearside.origin.http.Health;
import dev.nearside.origin.http.Router;
import java.util.concurrent.atomic.AtomicLong;

/** What the origin answers, path by path; to add one, write its function and give it a line above the last. */
final class OriginRoutes {

    private OriginRoutes() {}

    static Router of(long seed, AtomicLong served, Time time) {
        Clock clock = new Clock(time, served);
        Catalogue catalogue = new Catalogue(seed);
        DialEndpoint dial = new DialEndpoint(seed);
        Site site = new Site(seed);
        return new Router()
                .get(Health.PATH, Health::answer)
                .get("/api/time", clock::now)
                .get("/api/products", catalogue::list)
                .get("/api/products/{id}", catalogue::product)
                .body("/api/echo", Echo::new)
                .any("/api/**", Json::unknownPath)
                .any("/dial/counter/{name}", dial::counted)
                .any("/dial/**", dial::answer)
                .get("/**", site::page);
    }
}
