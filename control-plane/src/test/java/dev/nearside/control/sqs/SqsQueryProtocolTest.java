package dev.nearside.control.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.TestPlane;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Queues in the protocol of older clients, such as version 2.9 of the AWS command line: forms and XML. */
class SqsQueryProtocolTest {

    @TempDir
    private Path data;

    private TestPlane aws;
    private HttpClient http;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void aMessageTravelsWithItsAttributes() throws Exception {
        String url = text(
                call("Action=CreateQueue&QueueName=old&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=45"
                        + "&Tag.1.Key=team&Tag.1.Value=edge"),
                "//QueueUrl");
        assertThat(url).endsWith("/000000000000/old");
        String queue = "&QueueUrl=" + URLEncoder.encode(url, StandardCharsets.UTF_8);

        Document sent = call("Action=SendMessage&MessageBody=a%26%3Cb%3E" + queue
                + "&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=String"
                + "&MessageAttribute.1.Value.StringValue=v");
        assertThat(text(sent, "/SendMessageResponse/SendMessageResult/MD5OfMessageBody"))
                .isEqualTo(MessageAttributes.md5("a&<b>"));

        Document received = call("Action=ReceiveMessage&AttributeName.1=All&MessageAttributeName.1=All" + queue);
        String message = "/ReceiveMessageResponse/ReceiveMessageResult/Message";
        assertThat(text(received, message + "/Body")).isEqualTo("a&<b>");
        assertThat(text(received, message + "/Attribute[Name='ApproximateReceiveCount']/Value"))
                .isEqualTo("1");
        assertThat(text(received, message + "/MessageAttribute[Name='k']/Value/StringValue"))
                .isEqualTo("v");
        String handle = URLEncoder.encode(text(received, message + "/ReceiptHandle"), StandardCharsets.UTF_8);

        Document deleted = call("Action=DeleteMessageBatch&DeleteMessageBatchRequestEntry.1.Id=x"
                + "&DeleteMessageBatchRequestEntry.1.ReceiptHandle=" + handle
                + "&DeleteMessageBatchRequestEntry.2.Id=y&DeleteMessageBatchRequestEntry.2.ReceiptHandle=none" + queue);
        assertThat(text(deleted, "//DeleteMessageBatchResultEntry/Id")).isEqualTo("x");
        assertThat(text(deleted, "//BatchResultErrorEntry/Code")).isEqualTo("ReceiptHandleIsInvalid");

        Document attributes = call("Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout" + queue);
        assertThat(text(attributes, "//Attribute[Name='VisibilityTimeout']/Value"))
                .isEqualTo("45");
        assertThat(text(call("Action=ListQueueTags" + queue), "//Tag[Key='team']/Value"))
                .isEqualTo("edge");
        assertThat(text(call("Action=ListQueues"), "/ListQueuesResponse/ListQueuesResult/QueueUrl"))
                .isEqualTo(url);
    }

    @Test
    void errorsHaveTheCodesOfTheirTime() throws Exception {
        HttpResponse<String> refused = post("Action=GetQueueUrl&QueueName=nobody");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(text(parsed(refused.body()), "/ErrorResponse/Error/Code"))
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
    }

    @Test
    void longListsAreRefused() throws Exception {
        String url = text(call("Action=CreateQueue&QueueName=long"), "//QueueUrl");
        StringBuilder form = new StringBuilder("Action=SendMessageBatch&QueueUrl=").append(url);
        for (int i = 1; i <= 20_000; i++) {
            form.append("&SendMessageBatchRequestEntry.")
                    .append(i)
                    .append(".Id=")
                    .append(i);
        }

        HttpResponse<String> refused = post(form.toString());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(text(parsed(refused.body()), "/ErrorResponse/Error/Message"))
                .isEqualTo("Entries has more than 1000 items, expected at most that many");
    }

    private Document call(String form) throws Exception {
        HttpResponse<String> answer = post(form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return parsed(answer.body());
    }

    private HttpResponse<String> post(String form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/"))
                .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
                .header(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host")
                .POST(BodyPublishers.ofString(form + "&Version=2012-11-05"))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Document document, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, document);
    }
}
